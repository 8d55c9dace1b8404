import { afterAll, beforeAll, beforeEach } from "vitest";
import { type Site, type SiteOptions, startSite } from "./site.ts";

/** A site for the tests of a file, which are shown its logs when they fail. Its members are there once they run. */
export function useSite(options?: SiteOptions): Site {
  const site = {} as Site;
  beforeAll(async () => void Object.assign(site, await startSite(options)));
  beforeEach(({ onTestFailed }) => onTestFailed(() => console.log(site.logs?.())));
  afterAll(() => site.stop?.());
  return site;
}
