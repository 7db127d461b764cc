import PDFDocument from 'pdfkit';

type Draw = (document: PDFKit.PDFDocument) => void;

/** A PDF with pages of 200 × 100 points. */
export async function pdfFile(draw: Draw, pages = 1): Promise<Buffer> {
  const document = new PDFDocument({ size: [200, 100], margin: 0, autoFirstPage: false });
  const chunks: Buffer[] = [];
  document.on('data', (chunk: Buffer) => chunks.push(chunk));
  const { promise, resolve } = Promise.withResolvers<void>();
  document.on('end', resolve);
  for (let page = 0; page < pages; page += 1) draw(document.addPage());
  document.end();
  await promise;
  return Buffer.concat(chunks);
}

export const onePagePdf = () => pdfFile((document) => document.rect(0, 0, 100, 100).fill('#c86432'));
