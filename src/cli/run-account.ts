import type { RunEvent, Said } from "../adapter/fold.ts";
import type { JournalHeader, JournalRecord, ReadyCounts } from "../adapter/journal.ts";
import type { Action } from "../exec/protocol.ts";
import { unreachable } from "../lib/assert.ts";
import { byText } from "../lib/order.ts";
import { afterNews, type Look, nothingYet, type RunNews, type RunView } from "../report/run-view.ts";
import { type StepTime, withStepEvent } from "../trace/step-times.ts";
import { linesFor, linesForSending } from "./run-lines.ts";

/** A line of a run, and the step that it is about; empty where it is about none. */
export interface RunLine {
  readonly step: string;
  readonly text: string;
}

/** What happens in a run, or is told again of it by its journal, becomes lines and a view of how it stands. */
export class RunAccount {
  readonly #before: ReadyCounts;
  /** The writes that were sent and not answered. */
  readonly #sent = new Map<string, Action>();
  /** The steps that were begun, as the view has them. */
  readonly #real = new Map<string, StepTime>();
  #view: RunView;
  /** News that the view does not have yet. */
  #news: RunNews[] = [];
  /** When the last line of the journal was written, in epoch milliseconds. */
  #last: number;

  constructor({ predicted = [], services = {}, at }: JournalHeader) {
    this.#before = services;
    this.#last = Date.parse(at);
    this.#view = afterNews(nothingYet, [{ kind: "predicted", steps: predicted }]);
  }

  get view(): RunView {
    this.#flush();
    return this.#view;
  }

  #flush(): void {
    if (this.#news.length > 0) this.#view = afterNews(this.#view, this.#news);
    this.#news = [];
  }

  /** Something that stands in no journal: a server that does not answer, a wish to stop. */
  add(news: RunNews): void {
    this.#news.push(news);
    // What was predicted stands beside each step as soon as it begins.
    if (news.kind === "predicted") this.#flush();
  }

  /** Takes what happens; returns the lines that it is worth. */
  hear(event: RunEvent): readonly RunLine[] {
    if (event.kind === "record") return this.#record(event.record);
    const { output, now } = event;
    const texts = linesFor(output, now, { real: this.#real, predicted: this.#view.predicted });
    const news = newsOf(output, now);
    this.#news.push(news);
    if (news.kind === "step") withStepEvent(this.#real, news.event, now);
    return texts.map((text) => ({ step: output.step, text }));
  }

  #record(record: JournalRecord): readonly RunLine[] {
    const { now, at } = record;
    const idleMillis = Date.parse(at) - this.#last;
    this.#last = Date.parse(at);
    switch (record.kind) {
      case "sent": {
        const { action } = record.intent;
        this.#sent.set(record.command, action);
        if (action.kind === "cordon")
          this.#news.push({ kind: "cordon", now, node: action.node, closes: action.unschedulable });
        return linesForSending(action).map((text) => ({ step: stepOf(record.command), text }));
      }
      case "seen":
        this.#answered(record);
        return [];
      case "looked":
        this.#news.push({ kind: "looked", now, look: this.#lookOf(record) });
        return [];
      case "resumed":
        this.#news.push({ kind: "resumed", now, millis: Math.max(0, idleMillis) });
        if (record.predicted) this.add({ kind: "predicted", steps: record.predicted });
        return [];
      default:
        this.#news.push({ kind: "time", now });
        return [];
    }
  }

  #answered({ command, fact, now }: Extract<JournalRecord, { readonly kind: "seen" }>): void {
    const action = this.#sent.get(command);
    if (!action) return this.add({ kind: "time", now });
    this.#sent.delete(command);
    const isRefused = fact.kind === "error";
    if (action.kind === "cordon")
      this.#news.push({
        kind: "cordon",
        now,
        node: action.node,
        closes: action.unschedulable,
        answer: isRefused ? "refused" : "done",
      });
    if (action.kind === "evict")
      this.#news.push({
        kind: "evicted",
        now,
        pod: action.pod,
        // Which budget, and its numbers, stand in the details.
        ...(isRefused ? { refusal: fact.error.details?.join("; ") ?? fact.error.message } : {}),
      });
  }

  #lookOf(record: Extract<JournalRecord, { readonly kind: "looked" }>): Look {
    const { now, step, word, stepEnd, end, services = {} } = record;
    const short = Object.entries(services)
      .map(([service, ready]) => ({ service, ready, before: this.#before[service] ?? ready }))
      .sort((a, b) => byText(a.service, b.service));
    return {
      at: now,
      step,
      word,
      short,
      ...(stepEnd === undefined ? {} : { stepEnd }),
      ...(end === undefined ? {} : { end }),
    };
  }
}

function newsOf(output: Said, now: number): RunNews {
  switch (output.kind) {
    case "stepStarted": {
      const { step, what, node } = output;
      return { kind: "step", now, event: { kind: "step.started", step, what, node } };
    }
    case "stepEnded": {
      const { step, outcome, reason } = output;
      return { kind: "step", now, event: { kind: "step.ended", step, outcome, reason } };
    }
    case "note":
      return { kind: "note", now, step: output.step, note: output.note };
    default:
      return unreachable(output);
  }
}

/** The path of the step that a command was sent for. */
function stepOf(command: string): string {
  return command.slice(0, command.indexOf(":"));
}
