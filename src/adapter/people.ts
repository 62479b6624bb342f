import type { DecidedWord } from "../exec/protocol.ts";
import type { AttendedAction } from "./run.ts";

/** What a run asks of people. */

/** Who has agreed, and on which ticket: as they say; nothing here proves it. */
export interface Approval {
  readonly approver: string;
  readonly ticket?: string;
}

/** What a person is asked to do, or to say. */
export interface Question {
  readonly action: AttendedAction;
  /** The step, and its node where it has one: `swap-disk@node-7`. */
  readonly label: string;
  /** What there is to do, where the plan has words for it. */
  readonly manual?: string;
  /** Where it was begun before and nobody knows what came of it. */
  readonly isDoubtful: boolean;
  /** Whether a run before this one has asked already. */
  readonly isAskedAgain: boolean;
  /** When its time-out comes, in epoch milliseconds. */
  readonly deadline?: number;
  readonly signal: AbortSignal;
}

export interface ApprovalQuestion {
  readonly label: string;
  /** Who may; undefined: anybody. */
  readonly by: readonly string[] | undefined;
  readonly needsTicket: boolean;
  /** The moment after which it does not count, in epoch milliseconds. */
  readonly until?: number;
  /** When the step's time-out comes, while the run goes on. */
  readonly deadline?: number;
  readonly signal: AbortSignal;
}

/** A person said no, or nobody is there who could be asked: why, in sentences, one a line. */
export interface NoAnswer {
  readonly refusal: string;
  /** What goes on with it where a person has done it: `--done swap-disk@node-7`. */
  readonly flags?: string;
}

/** Has a person do something. */
export type AskPerson = (question: Question) => Promise<NoAnswer | "done" | "again">;

/** Has a person agree to something. */
export type AskApproval = (question: ApprovalQuestion) => Promise<NoAnswer | Approval>;

export interface DecisionQuestion {
  readonly label: string;
  /** Why the step has failed. */
  readonly reason: string;
  readonly signal: AbortSignal;
}

/** Has a person say what comes of a step that has failed. */
export type AskDecision = (question: DecisionQuestion) => Promise<NoAnswer | DecidedWord>;
