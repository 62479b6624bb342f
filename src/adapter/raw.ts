import type { ApiError } from "../exec/protocol.ts";
import type { ApiAnswer } from "./api-client.ts";

/** An object as the API server writes it: every field may be left out. */
export interface RawObject {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata?: {
    readonly name?: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly generation?: number;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
    readonly ownerReferences?: readonly unknown[];
  };
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: Readonly<Record<string, unknown>>;
}

/** The object in an answer; what is no object has no fields. */
export function rawObject(body: unknown): RawObject {
  return typeof body === "object" && body !== null ? body : {};
}

/** A number in an object's status or spec; 0 where it is left out. */
export function numberIn(fields: Readonly<Record<string, unknown>> | undefined, name: string): number {
  const value = fields?.[name];
  return typeof value === "number" ? value : 0;
}

/** What the API server's Status says, or what a proxy on the way said instead. */
export function errorOf({ code, body }: ApiAnswer): ApiError {
  const { message, reason, details } = (typeof body === "object" && body !== null ? body : {}) as {
    readonly message?: unknown;
    readonly reason?: unknown;
    readonly details?: {
      readonly causes?: readonly { readonly reason?: unknown; readonly message?: unknown }[];
    };
  };
  const text = typeof message === "string" ? message : typeof body === "string" ? body.trim() : "";
  const causes = details?.causes ?? [];
  const messages = causes.flatMap(({ message: cause }) =>
    typeof cause === "string" && cause !== "" && cause !== text ? [cause] : [],
  );
  return {
    code,
    reason: typeof reason === "string" ? reason : "",
    message: text === "" ? `the server answered ${code}` : text,
    causes: causes.flatMap(({ reason: cause }) => (typeof cause === "string" ? [cause] : [])),
    ...(messages.length === 0 ? {} : { details: messages }),
  };
}

export function isSuccess({ code }: Pick<ApiAnswer, "code">): boolean {
  return code >= 200 && code < 300;
}
