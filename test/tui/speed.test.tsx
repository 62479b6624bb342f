import { expect, test } from "vitest";
import type { TraceEvent } from "../../src/trace/event.ts";
import type { TuiSession } from "../../src/tui/open-tui.ts";
import { createModel } from "../../src/tui/state/model.ts";
import { reduce } from "../../src/tui/state/reduce.ts";
import { createTheme } from "../../src/tui/theme.ts";
import { RackPainter } from "../../src/tui/views/rack-rows.ts";
import { logRows } from "../../src/tui/views/log-rows.ts";
import { makeObjects } from "../support/builders.ts";
import { after } from "./commands.ts";
import { readyNode, readyPod, story } from "./story.ts";

const nodes = 1_000;
const podsPerNode = 10;

/** Every node is cordoned, and its pods go to the next one: 31,000 events. */
function bigSession(): TuiSession {
  const nameOf = (node: number) => `node-${node % nodes}`;
  const events: TraceEvent[] = [{ time: 0, cause: -1, kind: "run.started" }];
  for (let node = 0; node < nodes; node++) {
    const cause =
      events.push({ time: node * 1_000, cause: 0, kind: "node.cordoned", node: nameOf(node) }) - 1;
    for (let at = 0; at < podsPerNode; at++) {
      const pod = `shop/Deployment/web#${node * podsPerNode + at}`;
      const time = node * 1_000 + at * 50;
      events.push(
        { time, cause, kind: "pod.terminating", pod, graceSeconds: 0, by: "eviction" },
        { time, cause, kind: "pod.scheduled", pod, node: nameOf(node + 1) },
        { time, cause, kind: "pod.ready", pod },
      );
    }
  }
  const { trace } = story;
  const Pod = Array.from({ length: nodes * podsPerNode }, (_, at) =>
    readyPod("shop/Deployment/web", at, `web-${at}`, nameOf(Math.floor(at / podsPerNode))),
  );
  const Node = Array.from({ length: nodes }, (_, node) => readyNode(nameOf(node), `zone-${"abc"[node % 3]}`));
  const cluster = { ...trace.header.cluster, objects: makeObjects({ Node, Pod }) };
  return { ...story, trace: { header: { ...trace.header, cluster }, events } };
}

test("a frame of 1,000 nodes and 10,000 pods is painted in a fraction of its time", () => {
  const model = createModel(bigSession());
  const theme = createTheme({ level: 3, ascii: false });
  const rack = new RackPainter(model, theme);
  let state = after(model, "playPause");
  const frames = 60;
  const paint = (): void => {
    state = reduce(model, state, { kind: "tick", millis: 67 });
    rack.rows(state, 112, 36);
    logRows(model, state, theme, 112, 20);
  };
  for (let warmUp = 0; warmUp < 20; warmUp++) paint();
  const begin = process.cpuUsage();
  for (let frame = 0; frame < frames; frame++) paint();
  const { user, system } = process.cpuUsage(begin);
  expect(state.isPlaying).toBe(true);
  // A whole frame may take 33 ms; Ink needs most of it, and other work may share the machine.
  expect((user + system) / 1_000 / frames).toBeLessThan(15);
});
