import { answerTooLarge, ByteCollector } from "./byte-collector.ts";
import { badAnswer } from "./response-head.ts";

/** Decodes `transfer-encoding: chunked` (RFC 9112 §7.1) from pieces cut anywhere. */
export class ChunkedDecoder {
  private phase: "size" | "data" | "data-end" | "trailer" | "done" = "size";
  private line = "";
  private chunkBytesLeft = 0;
  private trailerBytes = 0;
  readonly collector = new ByteCollector();

  constructor(
    private readonly bodyBytesMax: number,
    private readonly trailerBytesMax: number,
  ) {}

  get isDone(): boolean {
    return this.phase === "done";
  }

  /** @returns where in the piece the answer ended, or the piece's length */
  push(piece: Buffer, start: number): number {
    let position = start;
    while (position < piece.length && this.phase !== "done") {
      position = this.phase === "data" ? this.readData(piece, position) : this.readLine(piece, position);
    }
    return position;
  }

  private readData(piece: Buffer, start: number): number {
    const end = Math.min(piece.length, start + this.chunkBytesLeft);
    this.collector.append(piece, start, end);
    this.chunkBytesLeft -= end - start;
    if (this.chunkBytesLeft === 0) this.phase = "data-end";
    return end;
  }

  private readLine(piece: Buffer, start: number): number {
    const newline = piece.indexOf(NEWLINE, start);
    const end = newline === -1 ? piece.length : newline + 1;
    this.line += piece.toString("latin1", start, end);
    if (this.line.length > LINE_CHARACTERS_MAX) throw badAnswer("a chunk line that is too long");
    if (newline === -1) return end;
    if (!this.line.endsWith("\r\n")) throw badAnswer("a chunk line without CRLF");
    const line = this.line.slice(0, -2);
    this.line = "";
    this.endLine(line);
    return end;
  }

  private endLine(line: string): void {
    if (this.phase === "size") this.startChunk(line);
    else if (this.phase === "data-end") this.endChunk(line);
    else this.readTrailer(line);
  }

  private startChunk(line: string): void {
    const match = CHUNK_SIZE.exec(line);
    if (match === null) throw badAnswer("a malformed chunk size");
    const bytes = Number.parseInt(match[1]!, 16);
    if (this.collector.length + bytes > this.bodyBytesMax) throw answerTooLarge(this.bodyBytesMax);
    this.chunkBytesLeft = bytes;
    this.phase = bytes === 0 ? "trailer" : "data";
  }

  private endChunk(line: string): void {
    if (line !== "") throw badAnswer("a chunk longer than its size");
    this.phase = "size";
  }

  private readTrailer(line: string): void {
    this.trailerBytes += line.length + 2;
    if (this.trailerBytes > this.trailerBytesMax) throw badAnswer("too many trailer bytes");
    if (line === "") this.phase = "done";
  }
}

const NEWLINE = 0x0a;
const LINE_CHARACTERS_MAX = 4_096;
const CHUNK_SIZE = /^([0-9a-fA-F]{1,12})[ \t]*(?:;[\t\x20-\x7e\x80-\xff]*)?$/;
