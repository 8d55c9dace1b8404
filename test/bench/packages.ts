import { spawnSync } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";

export function isInstalled(name: string): boolean {
  return version(name) !== undefined;
}

/** Of a Debian package. */
export function version(name: string): string | undefined {
  const format = "${db:Status-Status} ${Version}";
  const { stdout } = spawnSync("dpkg-query", ["--show", "--showformat", format, name], { encoding: "utf8" });
  return /^installed (?:\d+:)?([\d.]+)/.exec(stdout ?? "")?.[1];
}

/** Debian's way to say that a package starts no service. */
const POLICY = "/usr/sbin/policy-rc.d";

/** @throws Error unless it is root on Debian */
export function install(names: string[]): void {
  const isMine = !existsSync(POLICY);
  if (isMine) writeFileSync(POLICY, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    const { status } = spawnSync("apt-get", ["install", "-qq", "--no-install-recommends", ...names], {
      stdio: "inherit",
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
    if (status !== 0) throw new Error(`apt-get install ${names.join(" ")} failed; it takes root on Debian`);
  } finally {
    if (isMine) rmSync(POLICY);
  }
}
