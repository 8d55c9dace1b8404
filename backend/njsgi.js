#!/usr/bin/env node
// JavaScript, so that what follows is read from the compile cache: Node's TypeScript stripper alone is 35 MB of a process.
import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

const { XDG_CACHE_HOME = join(homedir(), ".cache") } = process.env;
enableCompileCache(join(XDG_CACHE_HOME, "njsgi"));
await import("./main.ts");
