import type { NextConfig } from "next";

const config: NextConfig = {
  output: "standalone",
  // Not the folder of the next lock file above, under which server.js would lie as deep as this one does.
  outputFileTracingRoot: import.meta.dirname,
};
export default config;
