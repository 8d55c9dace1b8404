import { rates, type Row } from "./results.ts";
import { median } from "./targets.ts";

const WIDTH = 880;
const NAMES = 262;
const NUMBERS = 76;
const BAR = 16;
const STEP = 22;
const TITLE = 44;
const MARGIN = 12;

const STYLE = `
  text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; fill: #1f2328; }
  .ground { fill: #ffffff; }
  .title { font-weight: 600; font-size: 15px; }
  .number { font-variant-numeric: tabular-nums; }
  .peer { fill: #afb8c1; }
  .ours { fill: #0969da; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .ground { fill: #0d1117; }
    .peer { fill: #484f58; }
    .ours { fill: #4493f8; }
  }`;

/** Bars of requests a second, ours in colour; each payload has a scale of its own. */
export function chart(rows: Row[]): string {
  let y = 26;
  const parts: string[] = [];
  for (const [payload, group] of Map.groupBy(rows, (row) => row.payload)) {
    y += TITLE;
    parts.push(`<text class="title" x="${MARGIN}" y="${y - 14}">${escape(payload.name)}</text>`);
    const most = Math.max(...group.map((row) => median(rates(row))));
    for (const row of group) {
      const rate = median(rates(row));
      const width = Math.max(1, ((WIDTH - NAMES - NUMBERS) * rate) / most);
      const middle = y + BAR / 2 + 5;
      parts.push(
        `<text x="${NAMES - 10}" y="${middle}" text-anchor="end">${escape(row.peer.name.replaceAll("`", ""))}</text>`,
        `<rect class="${row.peer.isOurs ? "ours" : "peer"}" x="${NAMES}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" rx="2"/>`,
        `<text class="number" x="${(NAMES + width + 8).toFixed(1)}" y="${middle}">${thousands(rate)}</text>`,
      );
      y += STEP;
    }
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y + MARGIN}" width="${WIDTH}" height="${y + MARGIN}" role="img">
<title>Requests a second, by payload and peer</title>
<style>${STYLE}
</style>
<rect class="ground" width="100%" height="100%" rx="6"/>
<text x="${MARGIN}" y="24">Requests a second; njsgi in blue. Each payload has a scale of its own.</text>
${parts.join("\n")}
</svg>
`;
}

function thousands(rate: number): string {
  return Math.round(rate).toLocaleString("en-US");
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
