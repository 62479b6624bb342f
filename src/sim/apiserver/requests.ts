import type { Fact } from "../../exec/protocol.ts";
import { priority, type Sim } from "../sim.ts";

/** Sends the answer to a client's command on its way; `event` is what the client learns from it. */
export function answer(sim: Sim, command: string, fact: Fact, event: number): void {
  sim.after(sim.settings.apiMillis, "client.observe", command, event, {
    priority: priority.client,
    data: fact,
  });
}
