/** What the applications of the benchmark answer, once for all of those in TypeScript; Python's and PHP's say the same. */

export const HELLO = "Hello world!\n";

/** The paths of an API of ten, `/items/:id` the last: a router has something to look through. */
export const OTHER_PATHS = [
  "/users",
  "/users/:id",
  "/users/:id/orders",
  "/orders",
  "/orders/:id",
  "/orders/:id/lines",
  "/search",
  "/health",
  "/items",
];

const PATTERNS = OTHER_PATHS.concat("/items/:id").map((path) => new RegExp(`^${path.replace(":id", "([^/]+)")}$`));

/** The id of `/items/:id`, for what has no router of its own; undefined for all other paths. */
export function itemId(path: string): string | undefined {
  for (let i = 0; i < PATTERNS.length; i++) {
    const match = PATTERNS[i]!.exec(path);
    if (match) return i === PATTERNS.length - 1 ? match[1] : undefined;
  }
  return undefined;
}

export interface Answer {
  status: 200 | 400;
  value: object;
}

/** `/items/7?quantity=3&currency=EUR`: each of the three is checked, as text from the client. */
export function item(id: string, quantity: unknown, currency: unknown): Answer {
  if (!/^[1-9][0-9]{0,5}$/.test(id)) return refuse("id: want an integer from 1 to 999999");
  if (typeof quantity !== "string" || !/^[0-9]{1,3}$/.test(quantity) || +quantity < 1 || +quantity > 100) {
    return refuse("quantity: want an integer from 1 to 100");
  }
  if (currency !== "EUR" && currency !== "USD" && currency !== "GBP") {
    return refuse("currency: want EUR, USD or GBP");
  }
  return {
    status: 200,
    value: {
      id: +id,
      name: `Item ${id}`,
      description: "A thing of many uses, sold by the piece",
      price: 12.5,
      quantity: +quantity,
      total: 12.5 * +quantity,
      currency,
      tags: ["new", "small", "blue"],
      stock: { berlin: 12, lyon: 4, porto: 0 },
      links: { self: `/items/${id}`, orders: `/items/${id}/orders`, reviews: `/items/${id}/reviews` },
    },
  };
}

function refuse(error: string): Answer {
  return { status: 400, value: { error } };
}

const ESCAPES: { [character: string]: string } = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character]!);
}

/** A page with a table of 12 rows, three cells each, escaped. */
export function page(): string {
  let rows = "";
  for (let n = 1; n <= 12; n++) {
    rows += `<tr><td>${n}</td><td>${escape(`Row <${n}> & "more"`)}</td><td>${escape(`it's ${n * 7} of <b>them</b>`)}</td></tr>\n`;
  }
  return `<!DOCTYPE html>\n<html><head><title>Rows</title></head><body><table>\n${rows}</table></body></html>\n`;
}

let megabyte: Uint8Array | undefined;

/** 1 MB, made once: what is measured is its way. */
export function download(): Uint8Array {
  return (megabyte ??= new Uint8Array(1 << 20).fill(0x78));
}
