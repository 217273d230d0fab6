package ledger;

import java.util.Map;
import org.apache.kafka.streams.state.RocksDBConfigSetter;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.Cache;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.WriteBufferManager;

/** One block cache for all partitions, as Streams' memory guide advises; else each has 50 MB. */
public final class BoundedRocksDb implements RocksDBConfigSetter {
  private static final long MEBIBYTE = 1024 * 1024;
  private static final Cache CACHE = new LRUCache(64 * MEBIBYTE, -1, false, 0.1);
  private static final WriteBufferManager WRITES = new WriteBufferManager(24 * MEBIBYTE, CACHE);

  @Override
  public void setConfig(String store, Options options, Map<String, Object> settings) {
    var table = (BlockBasedTableConfig) options.tableFormatConfig();
    table.setBlockCache(CACHE);
    table.setCacheIndexAndFilterBlocks(true);
    table.setCacheIndexAndFilterBlocksWithHighPriority(true);
    table.setPinTopLevelIndexAndFilter(true);
    options.setWriteBufferManager(WRITES);
    options.setWriteBufferSize(8 * MEBIBYTE);
    options.setTableFormatConfig(table);
  }

  @Override
  public void close(String store, Options options) {
    // The cache and the manager belong to all stores, and end with the process.
  }
}
