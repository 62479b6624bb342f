import { describe, expect, test } from "vitest";
import { wordsFor } from "../../src/kubectl/wording.ts";
import type { Plan } from "../../src/plan/plan.ts";
import type { EventKind, EventOf } from "../../src/trace/event.ts";
import type { Trace } from "../../src/trace/trace.ts";
import { hopSteps, kubeadmCluster } from "../support/kubeadm-clusters.ts";
import { planOf, rehearse } from "../support/rehearse.ts";

/** What clients hear while no API server answers, and what they make of it. */

function ofKind<K extends EventKind>({ events }: Trace, kind: K): EventOf<K>[] {
  return events.filter((event): event is EventOf<K> => event.kind === kind);
}

/** kubeadm takes 4m: etcd is away from 60 s, the API server from 105 s to 150 s. */
const beside = (after: string, step: string, rest: Partial<Plan> = {}, members = 1) =>
  rehearse(
    kubeadmCluster(members),
    planOf(
      hopSteps(`- parallel:
    steps:
      - upgradeControlPlane: { nodes: [cp-1], duration: 4m }
      - sequence:
          steps:
            - wait: { duration: ${after} }
            - ${step}`),
      rest,
    ),
  );

const endOf = ({ trace }: { readonly trace: Trace }, what: RegExp) => {
  const started = ofKind(trace, "step.started").find((event) => what.test(event.what));
  const ended = ofKind(trace, "step.ended").find(({ step }) => step === started?.step);
  return [ended?.outcome, ended?.reason, Math.round(((ended?.time ?? 0) - (started?.time ?? 0)) / 1_000)];
};

const linesOf = ({ trace }: { readonly trace: Trace }) =>
  ofKind(trace, "client.note").flatMap(({ note }) => wordsFor(note).map(({ text }) => text));

describe("a command that begins while the API is away", () => {
  test("is refused at once where no server runs", () => {
    const done = beside("2m", "cordon: { nodes: [node-1] }");
    expect(endOf(done, /^cordon/)).toEqual([
      "failed",
      "the nodes could not be listed: no API server answers: connect: connection refused",
      0,
    ]);
    expect(linesOf(done)).toContain(
      "The connection to the server was refused - did you specify the right host or port?",
    );
    expect(ofKind(done.trace, "node.cordoned")).toEqual([]);
  });

  test("hangs where the server has no etcd, and is lost when the server stops too", () => {
    const done = beside("70s", "cordon: { nodes: [node-1] }");
    expect(endOf(done, /^cordon/)).toEqual([
      "failed",
      "the nodes could not be listed: no API server answers: connect: connection refused",
      35,
    ]);
  });

  test.each([
    // A write is given up after 34 s, a read after 60 s.
    ["rollout: { nodes: [cp-3], perNode: [cordon: {}] }", 60],
    ["patch: { object: shop/Deployment/web, set: { paused: true } }", 34],
  ])("is given up by the server at its own limit: %s", (step, seconds) => {
    const steps = hopSteps(
      `- parallel:\n    steps:\n      - reboot: { nodes: [cp-1], duration: 5m }\n      - reboot: { nodes: [cp-2], duration: 10m }\n      - sequence:\n          steps:\n            - wait: { duration: 10s }\n            - ${step}`,
    );
    const done = rehearse(kubeadmCluster(3), planOf(steps, { onFailure: { kind: "continue" } }));
    const [, reason, after] = endOf(done, /^(rollout|patch)/);
    expect(after).toBe(seconds);
    expect(reason).toMatch(seconds === 34 ? /did not complete within requested timeout/ : /time allotted/);
  });

  test("is answered after all where etcd is back in time", () => {
    const steps = hopSteps(
      `- parallel:\n    steps:\n      - reboot: { nodes: [cp-1], duration: 1m }\n      - reboot: { nodes: [cp-2], duration: 10m }\n      - sequence:\n          steps:\n            - wait: { duration: 40s }\n            - patch: { object: shop/Deployment/web, set: { paused: true } }`,
    );
    const done = rehearse(kubeadmCluster(3), planOf(steps));
    const [up] = ofKind(done.trace, "api.up");
    const [patched] = ofKind(done.trace, "object.patched");
    expect(endOf(done, /^patch/)).toEqual(["done", "", 20]);
    expect(patched!.time - up!.time).toBeLessThan(20);
  });

  test("a retry of the plan finds the API again", () => {
    const done = beside(
      "2m",
      "cordon: { nodes: [node-1], onFailure: { retry: { times: 3, backoff: 20s } } }",
    );
    expect(endOf(done, /^cordon/)).toEqual(["done", "", 40]);
  });

  test("a gate waits", () => {
    const done = beside("2m", "gate: { until: [controlPlaneHealthy] }");
    expect(endOf(done, /^gate/).slice(0, 2)).toEqual(["done", ""]);
  });

  test("kubeadm cannot read its configuration", () => {
    const steps = hopSteps(
      `- parallel:\n    steps:\n      - reboot: { nodes: [cp-1], duration: 5m }\n      - reboot: { nodes: [cp-2], duration: 5m }\n      - sequence:\n          steps:\n            - wait: { duration: 10s }\n            - upgradeControlPlane: { nodes: [cp-3] }`,
    );
    const done = rehearse(kubeadmCluster(3), planOf(steps, { onFailure: { kind: "continue" } }));
    expect(endOf(done, /^upgrade/)[0]).toBe("failed");
    expect(ofKind(done.trace, "upgrade.started")).toEqual([]);
  });
});

describe("a drain", () => {
  test("ends before it begins, and its node stays open", () => {
    const done = beside("2m", "drain: { nodes: [node-1], ignoreDaemonSets: true }");
    expect(endOf(done, /^drain/)[0]).toBe("failed");
    expect(ofKind(done.trace, "node.cordoned")).toEqual([]);
    expect(done.verdict.word).toBe("STOPS");
    expect(done.verdict.findings.map(({ rule }) => rule)).toContain("plan-not-finished");
  });

  test("gives up a pod whose end it cannot see any more, and says so in kubectl's words", () => {
    // The pod is let go just before etcd stops; a look hangs until the API server stops too.
    const done = beside("59500ms", "drain: { nodes: [node-1], ignoreDaemonSets: true }");
    const lines = linesOf(done);
    expect(lines).toContainEqual(expect.stringMatching(/^pod\/web-\S+ eviction failed$/));
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^error: unable to drain node "node-1" due to error: error when waiting for pod "web-\S+" in namespace "shop" to terminate: connect: connection refused, continuing command\.\.\.$/,
      ),
    );
    expect(lines).toContainEqual(
      expect.stringContaining("Following errors occurred while getting the list of pods to delete:"),
    );
    const finding = done.verdict.findings.find(({ rule }) => rule === "drain-failed");
    expect(finding?.message).toMatch(/nobody answers any more who could tell whether shop\/web-\S+ is gone/);
  });

  test("by others goes on where it stood", () => {
    const done = beside("59500ms", "drain: { nodes: [node-1] }", { drainer: "eks" });
    expect(endOf(done, /^drain/)[0]).toBe("done");
    expect(linesOf(done).join("\n")).not.toContain("refused - did you");
  });
});
