export type ServiceFault = "not_found" | "invalid" | "unavailable";

/** A failure the caller can act on. Anything else that escapes a use-case is a bug and is masked at the edge. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";

  readonly fault: ServiceFault;

  /** @param message shown to the user as it is: name the thing and the way out */
  constructor(fault: ServiceFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.fault = fault;
  }
}
