import { parseRef } from "../model/meta.ts";
import { errorLine, notListed, reasonFor } from "./api-error.ts";
import type { ObjectsStep } from "./program.ts";
import type { Action, Fact } from "./protocol.ts";
import { done, failed, type Progress, type Turn } from "./turn.ts";

/** A command about objects of one kind: it lists them, then sends one request after another. */
export interface ObjectsState {
  readonly kind: "objects";
  readonly phase: "listing" | "asking" | "waiting";
  readonly objects: readonly { readonly ref: string; readonly uid: string }[];
  readonly index: number;
  readonly problems: readonly string[];
}

export function startObjects(step: ObjectsStep, turn: Turn): Progress<ObjectsState> {
  turn.command("list", { kind: "listObjects", selection: step.selection });
  return { state: { kind: "objects", phase: "listing", objects: [], index: 0, problems: [] } };
}

export function observeObjects(
  state: ObjectsState,
  step: ObjectsStep,
  tag: string,
  fact: Fact,
  turn: Turn,
): Progress<ObjectsState> {
  if (tag === "list") return listed(state, step, fact, turn);
  const [kind, index] = tag.split(".");
  if (kind === "gone" && fact.kind === "error")
    return { state, end: notListed("it is not seen whether they are gone", fact, turn) };
  if (kind === "gone") return gone(state);
  const object = state.objects[state.index];
  if (!object || Number(index) !== state.index) return { state };
  if (fact.kind === "error") {
    turn.note({ kind: "line", stream: "stderr", text: errorLine(fact.error) });
    const problems = [...state.problems, reasonFor(fact.error)];
    return askNext({ ...state, index: state.index + 1, problems }, step, turn);
  }
  const changed = fact.kind === "done" && fact.changed;
  turn.note({ kind: "object", object: object.ref, done: pastOf(step, changed) });
  return askNext({ ...state, index: state.index + 1 }, step, turn);
}

function listed(state: ObjectsState, step: ObjectsStep, fact: Fact, turn: Turn): Progress<ObjectsState> {
  if (fact.kind !== "objects")
    return { state, end: notListed("the objects could not be listed", fact, turn) };
  const problems = fact.missing.map((name) => `${step.selection.kind} "${name}" not found`);
  for (const name of fact.missing) turn.note({ kind: "objectNotFound", object: step.selection.kind, name });
  return askNext({ ...state, phase: "asking", objects: fact.objects, problems }, step, turn);
}

function askNext(state: ObjectsState, step: ObjectsStep, turn: Turn): Progress<ObjectsState> {
  const object = state.objects[state.index];
  if (object) {
    turn.command(`do.${state.index}`, actionFor(step, object.ref));
    return { state };
  }
  const pods = state.objects.filter(({ ref }) => parseRef(ref)?.kind === "Pod");
  if (step.verb.kind === "delete" && step.wait && pods.length > 0 && state.phase === "asking") {
    state.objects.forEach((each, index) => awaitGone(each, index, turn));
    return { state: { ...state, phase: "waiting", index: 0 } };
  }
  return finish(state);
}

function finish(state: ObjectsState): Progress<ObjectsState> {
  return { state, end: state.problems.length > 0 ? failed(state.problems.join("; ")) : done };
}

/** `kubectl delete` waits until each object is gone. */
function awaitGone(object: { readonly ref: string; readonly uid: string }, index: number, turn: Turn): void {
  const { namespace, name } = parseRef(object.ref)!;
  const pod = { uid: object.uid, namespace, name };
  turn.command(`gone.${index}`, { kind: "awaitPodGone", pod, pollMillis: 10 });
}

/** Counts the objects that are gone; the order in which they go does not matter. */
function gone(state: ObjectsState): Progress<ObjectsState> {
  const next = { ...state, index: state.index + 1 };
  return next.index < state.objects.length ? { state: next } : finish(next);
}

function actionFor({ verb }: ObjectsStep, ref: string): Action {
  switch (verb.kind) {
    case "scale":
      return { kind: "scale", workload: ref, to: verb.to };
    case "patch":
      return { kind: "patch", object: ref, set: verb.set };
    case "restart":
      return { kind: "restart", workload: ref };
    case "undo":
      return { kind: "undo", workload: ref };
    case "setImage":
      return { kind: "setImage", workload: ref, images: verb.images };
    case "delete": {
      const grace = verb.graceSeconds === undefined ? {} : { graceSeconds: verb.graceSeconds };
      return { kind: "delete", object: ref, cascade: verb.cascade, ...grace };
    }
  }
}

function pastOf({ verb }: ObjectsStep, changed: boolean): string {
  switch (verb.kind) {
    case "scale":
      return "scaled";
    case "patch":
      return changed ? "patched" : "patched (no change)";
    case "restart":
      return "restarted";
    case "undo":
      return "rolled back";
    case "setImage":
      return "image updated";
    case "delete":
      return "deleted";
  }
}
