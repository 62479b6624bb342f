import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** What a series of an answer says: its labels, and its value as Prometheus writes it. */
export interface FakeSample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: string;
}

/** A server that answers instant queries as Prometheus does, on loopback. */
export class FakePrometheus {
  /** Every query that was asked, in order. */
  readonly asked: string[] = [];
  readonly authorizations: (string | undefined)[] = [];
  /** The answer to a query: series, or a status with an error. */
  answer: (query: string) => readonly FakeSample[] | { readonly status: number; readonly error?: string } =
    () => [];
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8");
      request.on("data", (chunk: string) => (body += chunk));
      request.on("end", () => {
        const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
        const query = searchParams.get("query") ?? new URLSearchParams(body).get("query") ?? "";
        this.asked.push(query);
        this.authorizations.push(request.headers.authorization);
        const found = pathname === "/api/v1/query" ? this.answer(query) : { status: 404 };
        response.setHeader("content-type", "application/json");
        if ("status" in found) {
          response.statusCode = found.status;
          const error = { status: "error", errorType: "bad_data", error: found.error };
          return response.end(found.error === undefined ? "no such page" : JSON.stringify(error));
        }
        const result = found.map(({ metric, value }) => ({ metric, value: [1_800_000_000.123, value] }));
        return response.end(JSON.stringify({ status: "success", data: { resultType: "vector", result } }));
      });
    });
  }

  /** Begins to listen; returns its address. */
  listen(): Promise<string> {
    return new Promise((resolve) =>
      this.#server.listen(0, "127.0.0.1", () =>
        resolve(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`),
      ),
    );
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => void this.#server.close(() => resolve()));
  }
}
