/** By what a guest's points are kept: one who gives an e-mail later begins anew. */
export function guestKeyOf(guest: { email: string | null; phone: string | null; toastId?: string }): string {
  return guest.email?.toLowerCase() ?? guest.phone ?? guest.toastId ?? "";
}
