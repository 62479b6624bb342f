import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.{ts,tsx}"],
    pool: "threads",
    isolate: false,
    env: { NODE_ENV: "test", FORCE_COLOR: "3" },
    testTimeout: 30_000,
  },
  oxc: { jsx: { runtime: "automatic" } },
});
