/** What the build makes of its source maps: see `build/positions.ts`. */
declare module "njsgi:positions" {
  /** As JSON: by source file, `[line of the bundle, line of the file, ...]`. */
  export function positions(): string;
}
