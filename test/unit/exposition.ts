/** Prometheus's text format, version 0.0.4, read strictly: https://prometheus.io/docs/instrumenting/exposition_formats */

export interface Sample {
  name: string;
  labels: { [name: string]: string };
  value: number;
}

export interface Family {
  name: string;
  type: string;
  help: string;
  samples: Sample[];
}

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/;

/** @throws Error for a line that is none, out of its place, or there twice */
export function parseExposition(text: string): Map<string, Family> {
  if (!text.endsWith("\n")) throw new Error("the last line does not end");
  const families = new Map<string, Family>();
  const seen = new Set<string>();
  let last: Family | undefined;
  for (const line of text.slice(0, -1).split("\n")) {
    const [, about, name, rest] = new RegExp(`^# (HELP|TYPE) (${NAME}) (.+)$`).exec(line) ?? [];
    if (about === "HELP") {
      if (families.has(name!)) throw new Error(`${name} is there twice`);
      families.set(name!, (last = { name: name!, type: "", help: rest!, samples: [] }));
    } else if (about === "TYPE") {
      if (last?.name !== name || last?.type !== "") throw new Error(`out of place: ${line}`);
      if (!["counter", "gauge", "histogram"].includes(rest!)) throw new Error(`no type: ${line}`);
      last!.type = rest!;
    } else {
      const sample = parseSample(line);
      const base = last?.type === "histogram" ? sample.name.replace(/_(bucket|sum|count)$/, "") : sample.name;
      if (last?.name !== base || last.type === "") throw new Error(`out of place: ${line}`);
      const series = line.slice(0, line.lastIndexOf(" "));
      if (seen.has(series)) throw new Error(`there twice: ${series}`);
      seen.add(series);
      last.samples.push(sample);
    }
  }
  return families;
}

function parseSample(line: string): Sample {
  const [, name, , pairs = "", text] = new RegExp(`^(${NAME})(\\{(.*)\\})? (\\S+)$`).exec(line) ?? [];
  const value = text === "+Inf" ? Infinity : Number(text);
  if (name === undefined || Number.isNaN(value)) throw new Error(`no sample: ${line}`);
  const labels: Sample["labels"] = {};
  for (let rest = pairs; rest !== "";) {
    const [whole, label, escaped] = LABEL.exec(rest) ?? [];
    if (whole === undefined) throw new Error(`no labels: ${line}`);
    labels[label!] = escaped!.replace(/\\(.)/g, (_, letter: string) => (letter === "n" ? "\n" : letter));
    rest = rest.slice(whole.length);
  }
  return { name, labels, value };
}
