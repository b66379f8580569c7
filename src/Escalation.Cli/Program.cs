using Escalation.Cli;

await using var importer = new DatabaseImporter();
return await CommandRunner.RunAsync(CommandTree.Create(TimeProvider.System, importer.StoreAsync), args);
