/** A case and its answers, as the recordings have them. */

export interface Case {
  readonly id: string;
  readonly profile?: string;
  readonly features?: readonly string[];
  readonly pod?: object;
  readonly place?: readonly object[];
  readonly result?: Result;
  readonly results?: Readonly<Record<string, Result>>;
}

export interface StatusAnswer {
  readonly code: string;
  readonly plugin?: string;
  readonly reasons?: readonly string[];
}

export interface NodeAnswer {
  readonly fail?: StatusAnswer;
  readonly scores?: Readonly<Record<string, number>>;
  readonly total?: number;
}

export interface CandidateAnswer {
  readonly victims: readonly string[];
  readonly pdbViolations: number;
  readonly rank: readonly number[];
  readonly ambiguous?: boolean;
}

export interface PreemptionAnswer {
  readonly code: string;
  readonly message?: string;
  readonly nominated?: string;
  readonly acceptable?: readonly string[];
  readonly candidates?: Readonly<Record<string, CandidateAnswer>>;
  readonly notHelpful?: Readonly<Record<string, StatusAnswer>>;
  readonly potential: number;
}

export interface Result {
  readonly schedulable: boolean;
  readonly preEnqueue?: StatusAnswer;
  readonly preFilter?: StatusAnswer;
  readonly preFilterNodes?: readonly string[];
  readonly skipScore?: readonly string[];
  readonly nodes?: Readonly<Record<string, NodeAnswer>>;
  readonly best?: readonly string[];
  readonly viaNominated?: boolean;
  readonly message?: string;
  readonly preemption?: PreemptionAnswer;
  readonly error?: string;
}
