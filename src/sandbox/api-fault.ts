/** A request that the API answers with an error. `message` goes to the client. */
export class ApiFault extends Error {
  override readonly name = "ApiFault";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}
