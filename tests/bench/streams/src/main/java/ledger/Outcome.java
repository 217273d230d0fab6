package ledger;

import com.fasterxml.jackson.annotation.JsonFormat;

/** What became of an order. */
record Outcome(
    String outcome,
    Long orderId,
    String account,
    @JsonFormat(shape = JsonFormat.Shape.STRING) long amount,
    String reason) {

  static Outcome of(Transaction payment, boolean approved, String reason) {
    return new Outcome(
        approved ? "approved" : "rejected",
        payment.orderId(),
        payment.account(),
        payment.amount(),
        reason);
  }
}
