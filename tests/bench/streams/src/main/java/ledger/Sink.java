package ledger;

/** What the ledger writes, and to which topic. */
enum Sink {
  BALANCE("bankBalance"),
  JOURNAL("processedTransaction"),
  APPROVED("approvedOrderTransaction"),
  REJECTED("rejectedOrderTransaction"),
  DEAD("deadLetter");

  final String topic;

  Sink(String topic) {
    this.topic = topic;
  }
}
