import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { pageOf } from "./large-cluster.ts";

/** Serves a cluster of NODES and PODS, in a process of its own: prints its port, and ends with its standard input. */
const [nodes = 0, pods = 0] = process.argv.slice(2).map(Number);
const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://x");
  const from = Number(searchParams.get("continue") ?? 0);
  const limit = Number(searchParams.get("limit") ?? 500);
  const body =
    pathname === "/version" ? { gitVersion: "v1.35.2" } : pageOf({ nodes, pods }, pathname, from, limit);
  response.setHeader("content-type", "application/json").end(JSON.stringify(body));
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));
process.stdin.resume().on("end", () => process.exit());
