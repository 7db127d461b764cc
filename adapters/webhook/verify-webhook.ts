import { Webhook, WebhookVerificationError } from 'standardwebhooks';

/**
 * Whether a request was signed with one of these secrets, at most 5 minutes ago.
 * @param headers names in any case
 * @param body as received, byte for byte
 */
export function verifyWebhook(
  { headers, body }: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
  secrets: readonly string[],
): boolean {
  return secrets.some((secret) => {
    try {
      new Webhook(secret).verify(body, { ...headers }, { jsonParse: false });
      return true;
    } catch (error) {
      if (error instanceof WebhookVerificationError) return false;
      throw error;
    }
  });
}
