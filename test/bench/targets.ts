/** A ratio that is wanted, of two figures of one run; or a figure itself. */
export interface Target {
  name: string;
  /** Payload and peer, by their ids. */
  of: string;
  to?: string;
  want: number;
  isUpperBound?: true;
}

export const targets: Target[] = [
  { name: "edge / nginx `return`", of: "hello edge", to: "hello return", want: 0.4 },
  { name: "edge / Lua, the whole environ", of: "hello edge", to: "hello lua-environ", want: 0.85 },
  { name: "both the whole environ", of: "hello edge-environ", to: "hello lua-environ", want: 0.85 },
  { name: "edge / Python, uWSGI", of: "hello edge", to: "hello uwsgi-python", want: 1.5 },
  { name: "edge of 50 apps / of one", of: "hello fifty", to: "hello edge", want: 0.9 },
  { name: "pool, uwsgi / Python, uWSGI", of: "hello pool", to: "hello uwsgi-python", want: 0.75 },
  { name: "pool, uwsgi / Python, gunicorn", of: "hello pool", to: "hello gunicorn", want: 3 },
  { name: "pool, uwsgi / PHP-FPM", of: "hello pool", to: "hello php", want: 3 },
  { name: "pool, FastCGI / node:http", of: "hello pool-fastcgi", to: "hello node", want: 0.95 },
  { name: "JSON API: pool, uwsgi / Flask, uWSGI", of: "json pool", to: "json flask", want: 4 },
  { name: "HTML page: pool, uwsgi / Flask, uWSGI", of: "page pool", to: "page flask", want: 4 },
  { name: "80% edge, 20% pool / all of node:http", of: "mix edge-and-pool", to: "mix node", want: 1.3 },
  { name: "80% edge, 20% pool by FastCGI / all of node:http", of: "mix edge-and-fastcgi", to: "mix node", want: 1.3 },
  { name: "Express: njsgi, uwsgi / node:http", of: "json express", to: "json express-node", want: 0.65 },
  {
    name: "Express: njsgi, uwsgi / node:http, no keep-alive",
    of: "json express",
    to: "json express-node-close",
    want: 1.1,
  },
  { name: "Express: njsgi, FastCGI / node:http", of: "json express-fastcgi", to: "json express-node", want: 0.65 },
  { name: "p99: pool / cluster", of: "tail pool-4", to: "tail cluster-4", want: 0.25, isUpperBound: true },
  {
    name: "p99: pool / cluster, no keep-alive",
    of: "tail pool-4",
    to: "tail cluster-4-close",
    want: 0.25,
    isUpperBound: true,
  },
  { name: "memory: worker / node:http", of: "memory worker", to: "memory nodeHttp", want: 1.15, isUpperBound: true },
  { name: "memory: master, MB", of: "memory master", want: 75, isUpperBound: true },
];

/** What a run gave, by payload and peer. */
export type Figures = Map<string, Figure>;

export interface Figure {
  rounds: number[];
  /** CPU time a request, in microseconds, of nginx and the peer. */
  cpuUs?: number;
}

export interface Reached {
  /** The median of the rounds' ratios. */
  got: number;
  /** The same ratio as it would be if CPU time were all that counts, which a busy machine disturbs less. */
  byCpu?: number;
}

/** @returns undefined where a peer was not there */
export function reached({ of, to }: Target, figures: Figures): Reached | undefined {
  const ours = figures.get(of);
  if (!ours || to === undefined) return ours && { got: median(ours.rounds) };
  const theirs = figures.get(to);
  if (!theirs) return undefined;
  const got = median(ours.rounds.map((figure, round) => figure / theirs.rounds[round]!));
  return { got, byCpu: ours.cpuUs && theirs.cpuUs && theirs.cpuUs / ours.cpuUs };
}

export function median(list: number[]): number {
  const sorted = list.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle) - 1]!) / 2;
}

export function isTarget(payload: string, peer: string): boolean {
  const figure = `${payload} ${peer}`;
  return targets.some(({ of, to }) => of === figure || to === figure);
}
