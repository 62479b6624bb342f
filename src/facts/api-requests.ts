/**
 * What a client hears while no request can be served. Without an API server its connection is refused at once, and
 * client-go does not try again: it does so for connections that break off and for answers that ask for it, not for this.
 * An API server whose etcd has no majority takes requests and gives them up at its own limits.
 * Sources: k8s.io/client-go rest/request.go and rest/with_retry.go; k8s.io/apiserver pkg/endpoints/handlers/rest.go
 * (requestTimeoutUpperBound), pkg/endpoints/handlers/finisher, pkg/server/config.go (RequestTimeout);
 * k8s.io/kubectl pkg/cmd/util/helpers.go, StandardErrorMessage.
 */
export const apiRequests = {
  /** The code of an error that no server has sent. */
  noAnswer: 0,
  /** The end of the error's text; before it stand method, URL and address, which no snapshot tells. */
  refused: "connect: connection refused",
  /** What kubectl prints in its place, without the address. */
  refusedLine: "The connection to the server was refused - did you specify the right host or port?",
  timeoutCode: 504,
  timeoutReason: "Timeout",
  /** How long a create, update, patch or delete may take; an eviction is a create. */
  writeMillis: 34_000,
  writeMessage: "Timeout: request did not complete within requested timeout - context deadline exceeded",
  /** How long a get or list may take: --request-timeout. */
  readMillis: 60_000,
  readMessage:
    "the server was unable to return a response in the time allotted, but may still be processing the request",
} as const;
