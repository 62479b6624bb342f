import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { humanDuration } from "../../src/lib/duration.ts";
import { matchesSelector } from "../../src/model/selector.ts";
import { serviceTimelines, stretches, totalMillis } from "../../src/trace/timelines.ts";
import type { Trace } from "../../src/trace/trace.ts";
import { World } from "../../src/trace/world.ts";
import { maintenances } from "../support/maintenance-arbitraries.ts";
import { findingsOf, rehearse } from "../support/rehearse.ts";
import { numRuns } from "../support/runs.ts";
import { troubledMaintenances } from "../support/trouble-arbitraries.ts";

const some = fc.oneof(maintenances, troubledMaintenances);
const seeds = fc.integer({ min: 1, max: 1_000 });

/** From a change of a pod until its Service's endpoints say so. */
const lag = 10;

/** The stretches in which no pod of a Service is Ready and staying, as the pods' own events tell it. */
function podlessStretches(trace: Trace, key: string): { from: number; to: number }[] {
  const { cluster } = trace.header;
  const service = cluster.objects.Service.find(({ namespace, name }) => `${namespace}/${name}` === key)!;
  const world = World.initial(trace.header);
  const labels = new Map(cluster.objects.Pod.map((pod) => [pod.uid, pod.labels]));
  // New pods have the labels of their workload's others.
  const ofWorkload = (workload: string) => ({ app: workload.split("/")[2] ?? "" });
  const isUp = () =>
    [...world.pods.values()].some(
      (pod) =>
        pod.isReady &&
        pod.terminating === undefined &&
        world.nodes.get(pod.node)?.isUp === true &&
        matchesSelector(service.selector ?? [], labels.get(pod.id) ?? ofWorkload(pod.workload)),
    );
  const found: { from: number; to: number }[] = [];
  let since = isUp() ? undefined : 0;
  for (const event of trace.events) {
    world.apply(event);
    const up = isUp();
    if (!up && since === undefined) since = event.time;
    if (up && since !== undefined) {
      found.push({ from: since, to: event.time });
      since = undefined;
    }
  }
  if (since !== undefined) found.push({ from: since, to: trace.events.at(-1)!.time });
  return found;
}

test.prop([some, seeds], numRuns(60))(
  "a finding about an outage names the seconds that the timeline shows, and that its pods were away",
  ({ cluster, plan }, seed) => {
    const { trace, verdict } = rehearse(cluster, plan, { seed });
    const end = trace.events.at(-1)!.time;
    const timelines = serviceTimelines(trace);
    for (const { subject, data, at, message } of findingsOf(verdict, "service-outage")) {
      const outages = stretches(timelines.get(subject)!, end, (value) => value === 0);
      expect(data["outages"]).toBe(outages.length);
      expect(data["outageSeconds"]).toBe(totalMillis(outages) / 1_000);
      expect(outages.map(({ from }) => from)).toContain(at);
      if (data["endsBeforeTheEnd"] === true && outages.length === 1)
        expect(message).toContain(`for ${humanDuration(totalMillis(outages))} `);
      const podless = podlessStretches(trace, subject);
      for (const { from, to } of outages.filter((each) => each.to - each.from > 2 * lag))
        expect(podless.some((each) => each.from <= from && each.to >= to - lag)).toBe(true);
    }
  },
);
