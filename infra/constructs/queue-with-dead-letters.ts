import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

export interface QueueWithDeadLettersProps {
  /** `pressroom-ingest-upload`; the dead letters lie in `pressroom-ingest-upload-dead-letters`. */
  readonly name: string;
  /** Of the function that reads the queue. */
  readonly functionTimeout: Duration;
  /**
   * How long a message is hidden once it is received. Default six times the function's timeout, as AWS advises: an invocation
   * that is throttled is repeated meanwhile.
   */
  readonly visibility?: Duration;
  /** Receives before a message becomes a dead letter. Default 5. */
  readonly maxReceives?: number;
}

/** A queue that a function reads. Messages that keep failing are kept for two weeks, and an alarm is raised. */
export class QueueWithDeadLetters extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, props: QueueWithDeadLettersProps) {
    super(scope, id);
    const { name, functionTimeout, maxReceives = 5 } = props;
    this.deadLetters = deadLetterQueue(this, 'DeadLetters', name);
    this.queue = new Queue(this, 'Queue', {
      queueName: name,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: props.visibility ?? Duration.seconds(functionTimeout.toSeconds() * 6),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: maxReceives },
    });
  }
}

/** Days that dead letters are kept: the maximum of SQS. */
export const deadLetterDays = 14;

/** A queue of its own for what failed for good, `<name>-dead-letters`. */
export function deadLetterQueue(scope: Construct, id: string, name: string): Queue {
  return new Queue(scope, id, {
    queueName: `${name}-dead-letters`,
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(deadLetterDays),
  });
}
