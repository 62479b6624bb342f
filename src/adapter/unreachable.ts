/** The API server gave no answer: whether it saw the request is not known. */
export interface Unreachable {
  readonly kind: "unreachable";
  /**
   * `certificate`: the two do not trust each other, which waiting does not mend. `credentials`: there is nothing to
   * show. `silence`: nobody is there, or the connection broke.
   */
  readonly why: "certificate" | "credentials" | "silence";
  readonly message: string;
}

/** Codes of Node's TLS about certificates. Source: nodejs.org/api/tls.html, X509 certificate error codes. */
const certificateCodes: ReadonlySet<string> = new Set([
  "CERT_HAS_EXPIRED",
  "CERT_NOT_YET_VALID",
  "CERT_REJECTED",
  "CERT_REVOKED",
  "CERT_SIGNATURE_FAILURE",
  "CERT_UNTRUSTED",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

/** What a failed request means: the causes of an error, innermost last, say it. */
export function unreachableBecause(error: unknown): Unreachable {
  const chain = causesOf(error);
  const codes = chain.map(({ code }) => code ?? "");
  const last = chain.at(-1);
  const code = codes.findLast((each) => each !== "") ?? "";
  const text = last?.message === "" || last === undefined ? code : last.message;
  // A certificate of the client that has run out is refused by the server, as an alert.
  const isCertificate = codes.some((each) => certificateCodes.has(each) || each.startsWith("ERR_SSL_TLS"));
  if (last?.name === "TimeoutError")
    return { kind: "unreachable", why: "silence", message: "no answer in 30 s" };
  return { kind: "unreachable", why: isCertificate ? "certificate" : "silence", message: text };
}

interface Cause {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
}

function causesOf(error: unknown): Cause[] {
  const causes: Cause[] = [];
  for (let each = error; each instanceof Error && causes.length < 8; each = each.cause) {
    const { code } = each as { readonly code?: unknown };
    const inner = each instanceof AggregateError ? (each.errors[0] as unknown) : undefined;
    causes.push({ name: each.name, message: each.message, ...(typeof code === "string" ? { code } : {}) });
    if (inner instanceof Error) causes.push(...causesOf(inner));
  }
  return causes;
}
