/** `npm run bench`: each path's hello against its peers, interleaved, as ratios of one run. */
import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { PROJECT } from "../site.ts";
import { freePort } from "../free_port.ts";
import { runProgram } from "../program.ts";
import { fiftySite, helloSite } from "./sites.ts";

const ROUNDS = 7;
const SECONDS = 1;

const NEEDED = ["wrk", "uwsgi", "uwsgi-plugin-python3"];
const missing = NEEDED.filter((name) => spawnSync("dpkg", ["-s", name]).status !== 0);
if (missing.length > 0) {
  console.error(
    `njsgi: the benchmark needs ${missing.join(", ")}. As root on Debian: apt-get install ${NEEDED.join(" ")}`,
  );
  process.exit(1);
}

const nodePort = await freePort();
const site = await helloSite(nodePort);
const fifty = await fiftySite();
const log = (name: string) => ({ cwd: site.folder, log: join(site.folder, `.run/${name}.log`) });
const python = runProgram(
  "uwsgi",
  ["--plugin", "python3", "--socket", ".run/python.sock", "--chmod-socket=666", "--disable-logging"].concat([
    "--processes",
    "1",
    "--listen",
    "1024",
    "--wsgi-file",
    join(PROJECT, "test/bench/hello.py"),
  ]),
  log("python"),
);
const node = runProgram(process.execPath, [join(PROJECT, "test/bench/node_hello.ts"), String(nodePort)], log("node"));

try {
  await python.printed("spawned uWSGI worker");
  await node.printed("ready");
  const targets: Record<string, string> = {
    "nginx return": `${site.url}/return`,
    "edge hello": `${site.url}/hello`,
    "edge hello, a generator": `${site.url}/generator`,
    "edge hello, of 50 apps": `${fifty.url}/hello`,
    "pool hello": `${site.url}/pool/hello`,
    "pool hello, no njs": `${site.url}/direct`,
    "uWSGI Python": `${site.url}/python`,
    "node:http, no keep-alive": `${site.url}/node`,
  };
  report(measure(targets));
} finally {
  await Promise.all([python.stop("SIGQUIT"), node.stop()]);
  await Promise.all([site.stop(), fifty.stop()]);
}

/** Requests a second of each target, a list by round. */
function measure(targets: Record<string, string>): Record<string, number[]> {
  const rates: Record<string, number[]> = {};
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, url] of Object.entries(targets)) (rates[name] ??= []).push(load(name, url));
  }
  return rates;
}

/** wrk with the headers of a browser. */
function load(name: string, url: string): number {
  const headers = [
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language: en-US,en;q=0.5",
    "Accept-Encoding: gzip, deflate, br",
    "Cookie: session=0123456789abcdef",
  ].flatMap((header) => ["-H", header]);
  const output = execFileSync("wrk", ["-t1", "-c32", `-d${SECONDS}s`, ...headers, url], { encoding: "utf8" });
  const rate = /Requests\/sec: +([\d.]+)/.exec(output)?.[1];
  if (!rate || /Non-2xx|Socket errors/.test(output)) throw new Error(`${name}: ${output}`);
  return Number(rate);
}

function report(rates: Record<string, number[]>): void {
  console.log(
    `requests a second, median of ${ROUNDS} interleaved rounds of ${SECONDS} s, 32 connections, one worker each`,
  );
  for (const [name, list] of Object.entries(rates)) console.log(`  ${name.padEnd(28)}${Math.round(median(list))}`);
  console.log("ratios, median of rounds (want)");
  const ratio = (a: string, b: string, want: string) => {
    const ratios = rates[a]!.map((rate, round) => rate / rates[b]![round]!);
    console.log(`  ${`${a} / ${b}`.padEnd(52)}${median(ratios).toFixed(2)}  (${want})`);
  };
  ratio("edge hello", "nginx return", "0.28");
  ratio("edge hello", "uWSGI Python", "1.0");
  ratio("edge hello, of 50 apps", "edge hello", "0.75");
  ratio("pool hello", "uWSGI Python", "0.6");
  ratio("pool hello", "node:http, no keep-alive", "1.3");
  // The peers have no njs before them either; what it costs is the last line.
  ratio("pool hello, no njs", "uWSGI Python", "0.6");
  ratio("pool hello, no njs", "node:http, no keep-alive", "1.3");
  ratio("pool hello", "pool hello, no njs", "0.75");
}

function median(list: number[]): number {
  return list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]!;
}
