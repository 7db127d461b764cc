const statuses = {
  AccessDeniedException: 403,
  ConflictException: 409,
  NotImplementedException: 501,
  ResourceNotFoundException: 404,
  ValidationException: 400,
} as const;

/** An error of the API with AWS's name. */
export class SchedulerError extends Error {
  readonly status: number;

  constructor(name: keyof typeof statuses, message: string) {
    super(message);
    this.name = name;
    this.status = statuses[name];
  }
}
