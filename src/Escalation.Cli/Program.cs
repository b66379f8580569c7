using System.Runtime;
using Escalation.Cli;

// Commands are judged by when they end, not by their pauses; serve takes it back.
GCSettings.LatencyMode = GCLatencyMode.Batch;

await using var importer = new DatabaseImporter();
return await CommandRunner.RunAsync(CommandTree.Create(TimeProvider.System, importer.StoreAsync, importer.LinkAsync), args);
