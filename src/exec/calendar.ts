import { wallText } from "../lib/time-zone.ts";
import { type Calendar, isAlwaysOpen, nextRoom, zoneOf } from "../plan/calendar.ts";
import { type Begun, beginningOf, stepPath } from "./admission.ts";
import type { Decision, Execution } from "./executor.ts";
import type { Command, Observation, Output } from "./protocol.ts";

/**
 * Windows and freezes: what begins something outside of them is held back, with the start of its step and its time-out,
 * until there is room for it. What has been begun goes on, and so does all that undoes. Times are the executor's unless
 * they say otherwise.
 */
export interface CalendarState {
  /** Epoch milliseconds of the executor's time 0; another one after a pause in which nobody was at work. */
  readonly epoch: number;
  readonly begun: Begun;
  readonly held: readonly Held[];
  /** Waits that are over. */
  readonly past: readonly Hold[];
  /** By how much each time-out was put off so far, in milliseconds. */
  readonly granted: Readonly<Record<string, number>>;
  /** The number of the next wait. */
  readonly next: number;
}

/** What a step waited for. */
interface Hold {
  readonly path: string;
  readonly from: number;
  readonly to: number;
}

interface Held {
  /** The command that wakes it up. */
  readonly id: string;
  readonly path: string;
  readonly since: number;
  readonly outputs: readonly Output[];
}

/** The state with which an execution begins; undefined where something may be begun at any time. */
export function startCalendar(plan: Calendar, epoch: number): CalendarState | undefined {
  if (isAlwaysOpen(plan)) return undefined;
  return { epoch, begun: { nodes: [], closed: {} }, held: [], past: [], granted: {}, next: 1 };
}

/** A decision with what has to wait held back, and the commands for which there never will be room. */
export interface Admitted {
  readonly decision: Decision;
  readonly refused: readonly Command[];
}

/** What a step waits for, and the commands of its that do. */
interface Wait {
  readonly until: number;
  readonly node: string;
  readonly ids: ReadonlySet<string>;
}

/** Holds back what begins something at a time at which nothing may be begun. */
export function admit(decision: Decision, now: number): Admitted {
  const { execution, outputs } = decision;
  const { calendar, phase } = execution;
  if (!calendar) return { decision, refused: [] };
  if (phase !== "steps")
    return { decision: { execution: withState(execution, { held: [] }), outputs }, refused: [] };
  const { begun, waits, refused } = looked(execution, calendar, outputs, now);
  const isHeld = (output: Output) => {
    const wait = waits.get(pathOf(output));
    return wait !== undefined && (output.kind === "stepStarted" || isOf(output, wait.ids));
  };
  let state: CalendarState = { ...calendar, begun };
  const kept = outputs.filter(
    (output) => !isHeld(output) && !(output.kind === "command" && refused.includes(output.command)),
  );
  for (const output of kept) if (isTimeout(output)) state = grant(state, output.command.id, now);
  const more = [...waits].flatMap(([path, { until, node }]): Output[] => {
    const id = `window:${state.next}`;
    const own = outputs.filter((output) => pathOf(output) === path && isHeld(output));
    state = {
      ...state,
      held: [...state.held, { id, path, since: now, outputs: own }],
      next: state.next + 1,
    };
    const at = wallText(until, zoneOf(execution.plan));
    return [
      { kind: "note", step: path, note: { kind: "windowAwaited", node, until, at } },
      { kind: "command", command: { id, action: { kind: "wakeAt", time: until - state.epoch } } },
    ];
  });
  return { decision: { execution: { ...execution, calendar: state }, outputs: [...kept, ...more] }, refused };
}

/** Which of these commands may begin what they begin now, which have to wait, and for which there never is room. */
function looked(
  { plan }: Execution,
  { epoch, begun: before }: CalendarState,
  outputs: readonly Output[],
  now: number,
): {
  readonly begun: Begun;
  readonly waits: ReadonlyMap<string, Wait>;
  readonly refused: readonly Command[];
} {
  let begun = before;
  const waits = new Map<string, Wait>();
  const refused: Command[] = [];
  for (const output of outputs) {
    const beginning = output.kind === "command" ? beginningOf(plan, output.command, begun, now) : undefined;
    if (output.kind !== "command" || !beginning) continue;
    const { command } = output;
    const room = nextRoom(plan, epoch + now, beginning.neededMillis);
    if (!room) refused.push(command);
    else if (room.from <= epoch + now) begun = withNode(begun, beginning, now);
    else {
      const path = stepPath(command.id);
      const ids = new Set([...(waits.get(path)?.ids ?? []), command.id]);
      waits.set(path, { until: room.from, node: beginning.node, ids });
    }
  }
  return { begun, waits, refused };
}

/** Whether a command is the calendar's own. */
export function isWakening(command: string): boolean {
  return command.startsWith("window:");
}

/** What was held back until this moment, as it comes now; it has to be admitted again. */
export function released(execution: Execution, { command, now }: Observation): Decision {
  const { calendar } = execution;
  const entry = calendar?.held.find(({ id }) => id === command);
  if (!calendar || !entry) return { execution, outputs: [] };
  const { path, since } = entry;
  const held = calendar.held.filter((each) => each !== entry);
  const past = [...calendar.past, { path, from: since, to: now }];
  const outputs = entry.outputs.map((output): Output => later(output, now - since));
  return { execution: withState(execution, { held, past }), outputs };
}

/**
 * The execution as it goes on at another moment than its clock would say, because nobody was at work meanwhile: what is held
 * back comes all at once, to be admitted again.
 */
export function rebased(execution: Execution, now: number, epoch: number): Decision {
  const { calendar } = execution;
  if (!calendar) return { execution, outputs: [] };
  let next = withState(execution, { epoch });
  const outputs: Output[] = [];
  for (const { id } of calendar.held) {
    const decision = released(next, { now, command: id, fact: { kind: "reached" } });
    next = decision.execution;
    outputs.push(...decision.outputs);
  }
  return { execution: next, outputs };
}

/** A time-out that is due while, or after, its step had to wait: it comes as much later. */
export function postponed(execution: Execution, { command, now }: Observation): Decision | undefined {
  const { calendar } = execution;
  if (!calendar || !/:timeout\d+$/.test(command)) return undefined;
  const millis = heldMillis(calendar, stepPath(command), now) - (calendar.granted[command] ?? 0);
  if (millis <= 0) return undefined;
  const output: Output = {
    kind: "command",
    command: { id: command, action: { kind: "wakeAt", time: now + millis } },
  };
  const state = grant(calendar, command, now);
  return { execution: { ...execution, calendar: state }, outputs: [output] };
}

function withState(execution: Execution, state: Partial<CalendarState>): Execution {
  const { calendar } = execution;
  return calendar ? { ...execution, calendar: { ...calendar, ...state } } : execution;
}

function withNode(
  begun: Begun,
  { node, as }: { readonly node: string; readonly as: string },
  now: number,
): Begun {
  if (as === "worked") return { ...begun, nodes: [...begun.nodes, node] };
  return as === "closed" ? { ...begun, closed: { ...begun.closed, [node]: now } } : begun;
}

/** Notes how long a time-out's step has waited already when the time-out is set. */
function grant(state: CalendarState, id: string, now: number): CalendarState {
  const millis = heldMillis(state, stepPath(id), now);
  return millis === 0 ? state : { ...state, granted: { ...state.granted, [id]: millis } };
}

/** How long a step has waited, or steps inside it, so far; what waited at the same time counts once. */
function heldMillis({ past, held }: CalendarState, path: string, now: number): number {
  const all = [...past, ...held.map((each): Hold => ({ path: each.path, from: each.since, to: now }))]
    .filter((hold) => hold.path === path || hold.path.startsWith(`${path}/`))
    .sort((a, b) => a.from - b.from);
  let total = 0;
  let end = -Infinity;
  for (const { from, to } of all) {
    total += Math.max(0, to - Math.max(from, end));
    end = Math.max(end, to);
  }
  return total;
}

function pathOf(output: Output): string {
  return output.kind === "command" ? stepPath(output.command.id) : output.step;
}

/** A held command, and the time-out of the step that begins with it. */
function isOf(output: Output, ids: ReadonlySet<string>): boolean {
  return output.kind === "command" && (ids.has(output.command.id) || isTimeout(output));
}

function isTimeout(output: Output): output is Extract<Output, { readonly kind: "command" }> {
  return output.kind === "command" && /:timeout\d+$/.test(output.command.id);
}

function later(output: Output, millis: number): Output {
  if (output.kind !== "command" || output.command.action.kind !== "wakeAt") return output;
  const { id, action } = output.command;
  return { kind: "command", command: { id, action: { ...action, time: action.time + millis } } };
}
