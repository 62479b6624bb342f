import { durationText } from "./duration-text.ts";
import { type Json, said, unless } from "./file-fields.ts";
import type { Strategy } from "./strategy.ts";

/** A rollout's strategy as the plain data of its file. */
export function strategyField(strategy: Strategy): Json {
  switch (strategy.kind) {
    case "surge": {
      const { maxSurge, maxUnavailable } = strategy;
      return {
        surge: said({
          maxSurge: unless<number | string>(maxSurge, 1),
          maxUnavailable: unless<number | string>(maxUnavailable, 0),
        }),
      };
    }
    case "blueGreen": {
      const { batch, batchSoak, poolSoak } = strategy;
      return {
        blueGreen: said({
          batch: unless<number | string>(batch, 1),
          batchSoak: unless(durationText(batchSoak), durationText(0)),
          poolSoak: unless(durationText(poolSoak), durationText(0)),
        }),
      };
    }
  }
}
