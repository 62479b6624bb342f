import { describe, expect, test } from "vitest";
import { fixed } from "../../../src/plan/assumptions.ts";
import type { Step } from "../../../src/plan/plan.ts";
import type { Trace } from "../../../src/trace/trace.ts";
import { clusterOf, deployment, node, nodes, service } from "../../support/objects.ts";
import { drainOf, planOf, rehearse } from "../../support/rehearse.ts";
import { asksAbout, guard, notItself } from "../../support/webhooks.ts";

const three = nodes("node-1", "node-2", "node-3");
const web = deployment("shop/web", ["node-1"]);
const answering = (...on: readonly string[]) => deployment("guard/guard", on);

function denied({ events }: Trace) {
  return events.flatMap((event) => (event.kind === "create.denied" ? [event] : []));
}

function created({ events }: Trace, workload: string): number[] {
  return events.flatMap((event) =>
    event.kind === "pod.created" && event.workload === workload ? [event.time] : [],
  );
}

const refusal =
  'Internal error occurred: failed calling webhook "guard.example.com": failed to call webhook: Post ' +
  '"https://guard.guard.svc:443/pods?timeout=10s": no endpoints available for service "guard"';

describe("a fail-closed webhook that nobody answers", () => {
  test("refuses new pods in the API server's words; controllers ask again with a doubling back-off", () => {
    const { trace } = rehearse(clusterOf(three, web, guard(), answering("node-1")), drainOf(["node-1"]));
    const own = denied(trace).filter(({ workload }) => workload === "shop/Deployment/web");
    expect(own[0]).toMatchObject({
      message: refusal,
      webhook: "ValidatingWebhookConfiguration/guard/guard.example.com",
    });
    const gaps = own.slice(1, 8).map(({ time }, index) => time - own[index]!.time);
    expect(gaps).toEqual([5, 10, 20, 40, 80, 160, 320]);
    expect(created(trace, "shop/Deployment/web")).toEqual([]);
  });

  test("lets them through again once a new pod of it is Ready: at the next try", () => {
    const cluster = clusterOf(three, web, guard(notItself), answering("node-1"));
    const { trace, verdict } = rehearse(cluster, drainOf(["node-1"]));
    const back = trace.events.find(
      (event) => event.kind === "service.changed" && event.service === "guard/guard" && event.ready === 1,
    )!;
    const [at] = created(trace, "shop/Deployment/web");
    expect(denied(trace).length).toBeGreaterThan(8);
    expect(at).toBeGreaterThan(back.time);
    expect(at! - back.time).toBeLessThanOrEqual(back.time);
    expect(verdict.findings.map(({ rule }) => rule)).not.toContain("replacement-denied");
  });

  test("on a machine that is down: each call waits for the webhook's time-out first", () => {
    const reboot: Step = {
      kind: "reboot",
      name: "reboot",
      nodes: { kind: "names", names: ["node-1"] },
      duration: fixed(30_000),
    };
    const closed = guard({ ...notItself, timeoutSeconds: 3 });
    const cluster = clusterOf(three, deployment("shop/web", ["node-2"]), closed, answering("node-1"));
    const [drain] = drainOf(["node-2"]).steps;
    const plan = planOf([{ kind: "parallel", name: "both", steps: [reboot, drain!] }]);
    const own = denied(rehearse(cluster, plan).trace);
    expect(own.length).toBeGreaterThan(3);
    expect(own[0]!.message).toMatch(/\?timeout=3s": context deadline exceeded$/);
    for (const [index, { time }] of own.slice(1).entries())
      expect(time - own[index]!.time).toBeGreaterThanOrEqual(3_000);
  });

  test.each([
    ["fail-open", guard({ failurePolicy: "Ignore" })],
    ["answered by a URL", guard({ clientConfig: { url: "https://guard.example.com/pods" } })],
    ["its Service is not given", guard().slice(1)],
    ["its Service has no selector", [...guard().slice(1), service("guard/guard", {}, { selector: null })]],
    ["it has match conditions", guard({ matchConditions: [{ name: "some", expression: "true" }] })],
    ["another resource", guard(asksAbout("configmaps"))],
    ["another operation", guard(asksAbout("pods", "DELETE"))],
    ["another group", guard(asksAbout("pods", "CREATE", "apps"))],
    ["a subresource", guard(asksAbout("pods/exec"))],
    ["its objectSelector leaves them out", guard({ objectSelector: { matchLabels: { guarded: "yes" } } })],
    ["cluster-wide objects only", guard(asksAbout("pods", "CREATE", "", "Cluster"))],
  ])("refuses nothing: %s", (_, objects) => {
    const { trace } = rehearse(clusterOf(three, web, objects, answering("node-1")), drainOf(["node-1"]));
    expect(denied(trace)).toEqual([]);
  });

  test("nothing behind its Service in the input: not known, so it refuses nothing", () => {
    const { trace } = rehearse(clusterOf(three, web, guard()), drainOf(["node-1"]));
    expect(denied(trace)).toEqual([]);
  });

  test("mutating webhooks are asked before validating ones", () => {
    const validating = guard({ name: "a.example.com" });
    const mutating = guard({ name: "b.example.com" }, "MutatingWebhookConfiguration").slice(1, 2);
    const cluster = clusterOf(three, web, validating, mutating, answering("node-1"));
    const { trace } = rehearse(cluster, drainOf(["node-1"]));
    expect(denied(trace)[0]!.webhook).toBe("MutatingWebhookConfiguration/guard/b.example.com");
  });
});

describe("requests of clients", () => {
  const idle = deployment("guard/guard", ["node-2"], { isReady: false });

  test("evictions: refused with 500 before any budget is asked, and kubectl gives up at once", () => {
    const cluster = clusterOf(three, web, guard(asksAbout("pods/eviction")), idle);
    const { trace, verdict } = rehearse(cluster, drainOf(["node-1"]));
    const refused = trace.events.filter(({ kind }) => kind === "eviction.refused");
    expect(refused).toMatchObject([{ code: 500, reason: "InternalError", message: refusal, budgets: [] }]);
    expect(verdict.word).toBe("STOPS");
    expect(verdict.findings[0]!.rule).toBe("drain-failed");
  });

  test("evictions have no labels: an objectSelector leaves them out", () => {
    const asked = { ...asksAbout("pods/eviction"), objectSelector: { matchLabels: { app: "web" } } };
    const { verdict } = rehearse(clusterOf(three, web, guard(asked), idle), drainOf(["node-1"]));
    expect(verdict.drains[0]!.outcome).toBe("drained");
  });

  test("deletes past the eviction API", () => {
    const cluster = clusterOf(three, web, guard(asksAbout("pods", "DELETE")), idle);
    const { verdict } = rehearse(cluster, drainOf(["node-1"], { disableEviction: true }));
    expect(verdict.findings[0]!.rule).toBe("drain-failed");
  });

  test("a cordon is an UPDATE of a node, which no namespaceSelector leaves out", () => {
    const cluster = clusterOf(three, web, guard({ ...asksAbout("nodes", "UPDATE"), ...notItself }), idle);
    const { trace } = rehearse(cluster, drainOf(["node-1"]));
    expect(trace.events.some(({ kind }) => kind === "node.cordoned")).toBe(false);
  });

  test("a scale is an UPDATE of the subresource", () => {
    const step: Step = {
      kind: "scale",
      name: "more",
      workload: "shop/Deployment/web",
      to: 2,
      waitReady: 0,
      revert: false,
    };
    const scaled = (resource: string) =>
      rehearse(
        clusterOf(three, web, guard(asksAbout(resource, "UPDATE", "apps")), idle),
        planOf([step]),
      ).trace.events.some(({ kind }) => kind === "workload.scaled");
    expect(scaled("deployments/scale")).toBe(false);
    expect(scaled("deployments")).toBe(true);
  });
});

test("a cluster without a Service behind nothing is what it was: no webhook, no refusal", () => {
  const { trace } = rehearse(clusterOf(node("node-1"), node("node-2"), web), drainOf(["node-1"]));
  expect(denied(trace)).toEqual([]);
});
