<?php
// All paths, as a front controller.
const PATTERNS = [
    '~^/users$~', '~^/users/([^/]+)$~', '~^/users/([^/]+)/orders$~', '~^/orders$~', '~^/orders/([^/]+)$~',
    '~^/orders/([^/]+)/lines$~', '~^/search$~', '~^/health$~', '~^/items$~', '~^/items/([^/]+)$~',
];

function item_id(string $path): ?string
{
    foreach (PATTERNS as $index => $pattern) {
        if (preg_match($pattern, $path, $match)) {
            return $index === count(PATTERNS) - 1 ? $match[1] : null;
        }
    }
    return null;
}

function item(string $id, string $quantity, string $currency): array
{
    if (!preg_match('/^[1-9][0-9]{0,5}$/', $id)) {
        return [400, ['error' => 'id: want an integer from 1 to 999999']];
    }
    if (!preg_match('/^[0-9]{1,3}$/', $quantity) || (int) $quantity < 1 || (int) $quantity > 100) {
        return [400, ['error' => 'quantity: want an integer from 1 to 100']];
    }
    if (!in_array($currency, ['EUR', 'USD', 'GBP'], true)) {
        return [400, ['error' => 'currency: want EUR, USD or GBP']];
    }
    return [200, [
        'id' => (int) $id,
        'name' => "Item $id",
        'description' => 'A thing of many uses, sold by the piece',
        'price' => 12.5,
        'quantity' => (int) $quantity,
        'total' => 12.5 * (int) $quantity,
        'currency' => $currency,
        'tags' => ['new', 'small', 'blue'],
        'stock' => ['berlin' => 12, 'lyon' => 4, 'porto' => 0],
        'links' => ['self' => "/items/$id", 'orders' => "/items/$id/orders", 'reviews' => "/items/$id/reviews"],
    ]];
}

function page(): string
{
    $rows = '';
    for ($n = 1; $n <= 12; $n++) {
        $name = htmlspecialchars("Row <$n> & \"more\"");
        $note = htmlspecialchars("it's " . $n * 7 . ' of <b>them</b>');
        $rows .= "<tr><td>$n</td><td>$name</td><td>$note</td></tr>\n";
    }
    return "<!DOCTYPE html>\n<html><head><title>Rows</title></head><body><table>\n$rows</table></body></html>\n";
}

$path = $_SERVER['DOCUMENT_URI'];
if ($path === '/hello') {
    header('Content-Type: text/plain');
    echo "Hello world!\n";
} elseif ($path === '/page') {
    header('Content-Type: text/html; charset=utf-8');
    echo page();
} elseif ($path === '/download') {
    header('Content-Type: application/octet-stream');
    echo str_repeat('x', 1 << 20);
} elseif ($path === '/upload') {
    header('Content-Type: text/plain');
    echo strlen(file_get_contents('php://input')), "\n";
} elseif (($id = item_id($path)) !== null) {
    [$status, $value] = item($id, $_GET['quantity'] ?? '', $_GET['currency'] ?? '');
    http_response_code($status);
    header('Content-Type: application/json');
    echo json_encode($value, JSON_UNESCAPED_SLASHES);
} else {
    http_response_code(404);
}
