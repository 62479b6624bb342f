import { describe, expect, test } from "vitest";
import type { Affinity, PodAffinityTerm } from "../../../src/model/affinity.ts";
import type { Labels } from "../../../src/model/meta.ts";
import { interPodAffinity } from "../../../src/sim/plugins/inter-pod-affinity.ts";
import { affinityTerm, makeNamespace, makeNode, makePod } from "../../support/builders.ts";
import { PluginBench } from "../../support/plugin-bench.ts";

const zone = "topology.kubernetes.io/zone";
const host = "kubernetes.io/hostname";
const nodes = [
  makeNode("a1", { zone: "a" }),
  makeNode("b1", { zone: "b" }),
  makeNode("a2", { zone: "a" }),
  makeNode("x"),
];

const pod = (
  name: string,
  labels: Labels,
  affinity: Partial<Affinity> = {},
  nodeName = "",
  namespace = "default",
) => makePod(name, { labels, namespace, nodeName, uid: `${namespace}/${name}`, spec: { affinity } });
const near = (...requiredPods: readonly PodAffinityTerm[]) => ({ requiredPods });
const away = (...requiredAntiPods: readonly PodAffinityTerm[]) => ({ requiredAntiPods });
const db = affinityTerm(zone, { app: "db" });

const affinity = "! node(s) didn't match pod affinity rules";
const antiAffinity = "node(s) didn't match pod anti-affinity rules";
const existing = "node(s) didn't satisfy existing pods anti-affinity rules";

describe("Filter", () => {
  const verdicts = (incoming: ReturnType<typeof pod>, ...pods: readonly ReturnType<typeof pod>[]) =>
    new PluginBench({ nodes, pods }).filter(interPodAffinity, incoming);

  test("nothing asked and nothing there that minds: skip", () => {
    expect(verdicts(pod("p", { app: "web" }), pod("d", { app: "db" }, {}, "a1"))).toBe("skip");
  });

  test("affinity needs a matching pod in the domain", () => {
    expect(verdicts(pod("p", {}, near(db)), pod("d", { app: "db" }, {}, "a1"))).toEqual({
      a1: "ok",
      a2: "ok",
      b1: affinity,
      x: affinity,
    });
  });

  test("one pod has to match all terms", () => {
    const both = near(db, affinityTerm(host, { tier: "x" }));
    const split = [pod("d", { app: "db" }, {}, "a1"), pod("t", { tier: "x" }, {}, "a1")];
    expect(verdicts(pod("p", {}, both), ...split)).toMatchObject({ a1: affinity });
    expect(verdicts(pod("p", {}, both), pod("dt", { app: "db", tier: "x" }, {}, "a1"))).toMatchObject({
      a1: "ok",
      a2: affinity,
    });
  });

  test("the first pod of a group may go anywhere with the key, unless another matches", () => {
    const first = pod("p", { app: "db" }, near(db));
    expect(verdicts(first)).toEqual({ a1: "ok", a2: "ok", b1: "ok", x: affinity });
    expect(verdicts(first, pod("d", { app: "db" }, {}, "b1"))).toMatchObject({ a1: affinity, b1: "ok" });
    expect(verdicts(pod("p", { app: "web" }, near(db)))).toMatchObject({ a1: affinity });
  });

  test("anti-affinity keeps away, and a node without the key takes the pod", () => {
    expect(verdicts(pod("p", {}, away(db)), pod("d", { app: "db" }, {}, "a1"))).toEqual({
      a1: antiAffinity,
      a2: antiAffinity,
      b1: "ok",
      x: "ok",
    });
  });

  test("anti-affinity of pods that are there keeps others away", () => {
    const shy = pod("s", { app: "s" }, away(affinityTerm(zone, { app: "web" })), "b1");
    expect(verdicts(pod("p", { app: "web" }), shy)).toEqual({ a1: "ok", a2: "ok", b1: existing, x: "ok" });
    expect(verdicts(pod("p", { app: "db" }), shy)).toBe("skip");
  });

  test.each([
    { name: "its own namespace", shape: {}, refused: ["a1"] },
    { name: "a named one", shape: { namespaces: ["other"] }, refused: ["b1"] },
    { name: "all of them", shape: { namespaceSelector: [] }, refused: ["a1", "b1"] },
    {
      name: "those of a team",
      shape: { namespaceSelector: [{ key: "team", operator: "In" as const, values: ["blue"] }] },
      refused: ["b1"],
    },
  ])("a term means $name", ({ shape, refused }) => {
    const pods = [pod("here", { app: "db" }, {}, "a1"), pod("there", { app: "db" }, {}, "b1", "other")];
    const Namespace = [makeNamespace("default"), makeNamespace("other", { team: "blue" })];
    const bench = new PluginBench({ nodes, pods, objects: { Namespace } });
    const own = pod("p", {}, away(affinityTerm(host, { app: "db" }, shape)));
    const kept = Object.entries(bench.filter(interPodAffinity, own)).filter(
      ([, verdict]) => verdict !== "ok",
    );
    expect(kept.map(([name]) => name)).toEqual(refused);
  });
});

describe("Score", () => {
  const scores = (incoming: ReturnType<typeof pod>, ...pods: readonly ReturnType<typeof pod>[]) =>
    new PluginBench({ nodes, pods }).scores(interPodAffinity, incoming);

  test("preferences for and against domains, between the worst and the best", () => {
    const own = pod(
      "p",
      {},
      {
        preferredPods: [{ weight: 60, term: db }],
        preferredAntiPods: [{ weight: 30, term: affinityTerm(host, { app: "db" }) }],
      },
    );
    // a1: 60 − 30, a2: 60, the others 0.
    expect(scores(own, pod("d", { app: "db" }, {}, "a1"))).toEqual({ a1: 50, a2: 100, b1: 0, x: 0 });
  });

  test("pods that are there attract and repel, required affinity with the weight of the profile", () => {
    const fond = pod("f", {}, near(affinityTerm(zone, { app: "web" })), "a1");
    const shy = pod(
      "s",
      {},
      { preferredAntiPods: [{ weight: 9, term: affinityTerm(zone, { app: "web" }) }] },
      "b1",
    );
    // a: 1, b: −9, nowhere: 0.
    expect(scores(pod("p", { app: "web" }), fond, shy)).toEqual({ a1: 100, a2: 100, b1: 0, x: 90 });
  });

  test("nobody prefers anything: skip", () => {
    expect(scores(pod("p", { app: "web" }), pod("d", { app: "db" }, {}, "a1"))).toBe("skip");
  });

  test("preferences of others may be ignored", () => {
    const shy = pod(
      "s",
      {},
      { preferredAntiPods: [{ weight: 9, term: affinityTerm(zone, { app: "web" }) }] },
      "b1",
    );
    const args = { interPodAffinity: { hardPodAffinityWeight: 1, ignorePreferredTermsOfExistingPods: true } };
    const bench = new PluginBench({ nodes, pods: [shy], args });
    expect(bench.scores(interPodAffinity, pod("p", { app: "web" }))).toBe("skip");
  });
});

test("AddPod and RemovePod move the counts of a copy", () => {
  const bench = new PluginBench({ nodes, pods: [pod("d", { app: "db" }, {}, "a1")] });
  const cycle = bench.cycle(pod("p", {}, away(db)));
  const outcome = interPodAffinity.preFilter(cycle);
  if (outcome.kind !== "state") throw new Error("no state");
  const state = interPodAffinity.cloneState(outcome.state);
  const node = bench.cache.node("a1")!;
  interPodAffinity.removePod(cycle, state, node.pods[0]!, node);
  expect(interPodAffinity.filter(cycle, state, node)).toBeUndefined();
  expect(interPodAffinity.filter(cycle, outcome.state, node)).toBeDefined();
  interPodAffinity.addPod(cycle, state, node.pods[0]!, node);
  expect(interPodAffinity.filter(cycle, state, node)).toBeDefined();
});
