package ledger;

import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

/** bankTransaction → bankBalance, processedTransaction, each order's outcome, deadLetter. */
final class LedgerTopology {
  static Topology build() {
    var balances =
        Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(Ledger.BALANCES),
                Serdes.String(),
                new JsonSerde<>(Balance.class))
            .withCachingEnabled();
    var topology =
        new Topology()
            .addSource(
                "transactions",
                new StringDeserializer(),
                new ByteArrayDeserializer(),
                "bankTransaction")
            .addProcessor("ledger", Ledger::new, "transactions")
            .addStateStore(balances, "ledger");
    for (var sink : Sink.values()) {
      topology.addSink(
          sink.name(), sink.topic, new StringSerializer(), new JsonSerializer<>(), "ledger");
    }
    return topology;
  }

  private LedgerTopology() {}
}
