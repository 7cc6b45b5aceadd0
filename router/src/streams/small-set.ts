/** A set that mostly has one member, where thousands of such sets are kept. */
export class SmallSet<Member extends object> {
  private only: Member | undefined;
  private all: Set<Member> | undefined;

  get size(): number {
    if (this.all) return this.all.size;
    return this.only ? 1 : 0;
  }

  add(member: Member): void {
    if (this.all) this.all.add(member);
    else if (!this.only || this.only === member) this.only = member;
    else {
      this.all = new Set([this.only, member]);
      this.only = undefined;
    }
  }

  /** False where it was not there. */
  delete(member: Member): boolean {
    if (this.all) return this.all.delete(member);
    if (this.only !== member) return false;
    this.only = undefined;
    return true;
  }

  clear(): void {
    this.only = undefined;
    this.all = undefined;
  }

  /** Those that are there now, whatever becomes of the set meanwhile. */
  list(): Member[] {
    if (this.all) return [...this.all];
    return this.only ? [this.only] : [];
  }
}
