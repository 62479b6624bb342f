/** The nodes that passed a search, by slot, in the order in which they were found. */
export interface FeasibleNodes {
  readonly slots: Int32Array;
  /** How many of the slots count. */
  readonly count: number;
  /** From here on they stand before the start of the search in the order of the cluster's nodes. */
  readonly wrapsAt: number;
  /** Lists with the same key are the same. */
  readonly key: number;
}
