import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { prometheusBy } from "../../src/adapter/prometheus.ts";
import { FakePrometheus } from "../support/fake-prometheus.ts";

/** Prometheus' HTTP API, asked for real on loopback. */

const prometheus = new FakePrometheus();
let server = "";
beforeAll(async () => void (server = await prometheus.listen()));
afterAll(() => prometheus.close());
beforeEach(() => void (prometheus.answer = () => []));

const ask = (query: string, where = server) => prometheusBy(undefined)(where, query);

test("a query is sent as it stands, and its series come back as numbers", async () => {
  const query = 'sum(rate(http_requests_total{code=~"5.."}[5m])) / 3 # a+b&c';
  prometheus.answer = () => [
    { metric: { a: "1" }, value: "0.25" },
    { metric: {}, value: "+Inf" },
    { metric: {}, value: "NaN" },
  ];
  expect(await ask(query)).toEqual({
    kind: "samples",
    samples: [
      { labels: { a: "1" }, value: 0.25 },
      { labels: {}, value: Infinity },
      { labels: {}, value: NaN },
    ],
  });
  expect(prometheus.asked.at(-1)).toBe(query);
  expect(await ask("up", `${server}/`)).toMatchObject({ kind: "samples" });
});

test("what it refuses is final, and what may pass is not", async () => {
  prometheus.answer = () => ({ status: 400, error: 'parse error: unexpected "}"' });
  const refused = await ask("sum(}");
  expect(refused).toMatchObject({ kind: "problem", isFinal: true });
  expect(refused).toHaveProperty("message", expect.stringContaining("refuses the query: parse error"));
  prometheus.answer = () => ({ status: 503, error: "query timed out in expression evaluation" });
  expect(await ask("up")).toMatchObject({ kind: "problem", isFinal: false });
  prometheus.answer = () => ({ status: 502 });
  expect(await ask("up")).toMatchObject({ kind: "problem", isFinal: false });
  prometheus.answer = () => ({ status: 404 });
  expect(await ask("up")).toMatchObject({ kind: "problem", isFinal: true });
});

test("nobody there is said with the reason of the system", async () => {
  const other = new FakePrometheus();
  const gone = await other.listen();
  await other.close();
  const answer = await ask("up", gone);
  expect(answer).toMatchObject({ kind: "problem", isFinal: false });
  expect(answer).toHaveProperty("message", expect.stringMatching(/cannot be reached: .*ECONNREFUSED/));
});

test("a token is sent where there is one, and else none", async () => {
  await prometheusBy("s3cret")(server, "up");
  await ask("up");
  expect(prometheus.authorizations.slice(-2)).toEqual(["Bearer s3cret", undefined]);
});
