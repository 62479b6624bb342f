import { createServer } from "node:http";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { proxyFor } from "../../src/adapter/proxy.ts";
import { kubeconfigOf } from "../support/api-server.ts";
import { folderWith, seatrialBeside } from "../support/command-line.ts";

const proxy = { HTTPS_PROXY: "http://proxy:3128", HTTP_PROXY: "plain:3128" };

test.each([
  ["https://api.example:6443", {}, "http://proxy:3128"],
  ["http://api.example", {}, "http://plain:3128"],
  ["https://127.0.0.5:6443", {}, undefined],
  ["https://localhost:6443", {}, undefined],
  ["https://[::1]:6443", {}, undefined],
  ["https://api.example:6443", { NO_PROXY: "*" }, undefined],
  ["https://api.example:6443", { NO_PROXY: "other, example" }, undefined],
  ["https://api.example:6443", { NO_PROXY: ".example" }, undefined],
  ["https://api.example:6443", { NO_PROXY: "*.example" }, undefined],
  ["https://example:6443", { NO_PROXY: ".example" }, "http://proxy:3128"],
  ["https://notexample:6443", { NO_PROXY: "example" }, "http://proxy:3128"],
  ["https://api.example:6443", { NO_PROXY: "api.example:443" }, "http://proxy:3128"],
  ["https://api.example", { NO_PROXY: "api.example:443" }, undefined],
  ["https://10.1.2.3:6443", { NO_PROXY: "10.0.0.0/8" }, undefined],
  ["https://11.1.2.3:6443", { NO_PROXY: "10.0.0.0/8" }, "http://proxy:3128"],
  ["https://10.1.2.3:6443", { NO_PROXY: "10.1.2.3" }, undefined],
  ["https://[fd00::1]:6443", { NO_PROXY: "fd00::/8" }, undefined],
  ["https://[fd00::1]:6443", { NO_PROXY: "[fd00::1]:6443" }, undefined],
  ["https://10.1.2.3:6443", { NO_PROXY: "nonsense/99,/8" }, "http://proxy:3128"],
])("%s with %j goes by %s", (server, env, expected) => {
  expect(proxyFor(server, { ...proxy, ...env })).toBe(expected);
});

test("lower case counts where upper case is not there, and without any a server is spoken to directly", () => {
  expect(proxyFor("https://api.example", { https_proxy: "http://small:1" })).toBe("http://small:1");
  expect(proxyFor("https://api.example", {})).toBeUndefined();
});

test("the proxy of the environment is the one that is asked", async () => {
  const asked: string[] = [];
  const server = createServer();
  server.on("connect", (request, socket) => {
    asked.push(request.url ?? "");
    socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const folder = folderWith({ kubeconfig: kubeconfigOf("https://api.cluster.example:6443") });
  const env = {
    KUBECONFIG: join(folder, "kubeconfig"),
    HTTPS_PROXY: `http://127.0.0.1:${port}`,
    NO_PROXY: "",
  };
  const { exitCode, stderr } = await seatrialBeside(folder, ["snapshot"], env);
  expect(exitCode).toBe(2);
  expect(stderr).toContain("staging (https://api.cluster.example:6443) cannot be reached");
  expect(asked).toContain("api.cluster.example:6443");
});
