using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Security;
using MimeKit;

namespace Escalation.Journeys.Channels;

/// <summary>A real IMAP server, Dovecot, as an ordinary process on a free loopback port, with one user.</summary>
internal sealed class Dovecot : IDisposable
{
    public const string Password = "the-password-of-the-mailbox";
    private const string Nobody = "nobody";

    private static readonly string? Program = ((string[])["/usr/sbin/dovecot", "/usr/local/sbin/dovecot", "/usr/bin/dovecot"]).FirstOrDefault(File.Exists);
    private readonly Scratch scratch = new();
    private Process? process;

    private Dovecot() => Port = FreePort();

    public int Port { get; }

    /// <summary>A server that answers; the test is skipped where there is no Dovecot.</summary>
    public static async Task<Dovecot> StartAsync()
    {
        if (Program is null) Assert.Skip("dovecot is not here; tests/run installs it (package dovecot-imapd)");
        var server = new Dovecot();
        server.Configure();
        await server.UpAsync();
        return server;
    }

    /// <summary>Starts it again where it was ended.</summary>
    public async Task UpAsync()
    {
        // Dovecot runs nothing as root, and needs nothing of root's.
        string[] command = Environment.IsPrivilegedProcess ? ["setpriv", "--reuid", Nobody, "--regid", "nogroup", "--clear-groups", Program!] : [Program!];
        process = Process.Start(new ProcessStartInfo(command[0], [.. command[1..], "-F", "-c", scratch.At("dovecot.conf")]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        for (var deadline = DateTime.UtcNow.AddSeconds(60); ;)
        {
            try
            {
                using var client = await ConnectAsync();
                return;
            }
            catch (Exception e) when (e is SocketException or IOException or ImapProtocolException && DateTime.UtcNow < deadline && !process.HasExited)
            {
                await Task.Delay(50, TestContext.Current.CancellationToken);
            }
        }
    }

    /// <summary>Ends it, and what it started with it.</summary>
    public void Down()
    {
        if (process is null) return;
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
        process = null;
    }

    /// <summary>Puts a mail into a folder; the folder is made where it is not there.</summary>
    public async Task DeliverAsync(string mail, string folder = "INBOX")
    {
        using var client = await ConnectAsync();
        var target = await FolderAsync(client, folder);
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(mail.ReplaceLineEndings("\r\n")));
        using var message = MimeMessage.Load(stream, TestContext.Current.CancellationToken);
        await target.AppendAsync(message, MessageFlags.None, TestContext.Current.CancellationToken);
    }

    /// <summary>Takes a folder away with all that is in it.</summary>
    public async Task DeleteAsync(string folder)
    {
        using var client = await ConnectAsync();
        await (await client.GetFolderAsync(folder, TestContext.Current.CancellationToken)).DeleteAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        Down();
        scratch.Dispose();
    }

    private static async Task<IMailFolder> FolderAsync(ImapClient client, string name)
    {
        if (name == "INBOX") return client.Inbox!;
        try
        {
            return await client.GetFolderAsync(name, TestContext.Current.CancellationToken);
        }
        catch (FolderNotFoundException)
        {
            return (await client.GetFolder(client.PersonalNamespaces[0]).CreateAsync(name, isMessageFolder: true, TestContext.Current.CancellationToken))!;
        }
    }

    private async Task<ImapClient> ConnectAsync()
    {
        var client = new ImapClient();
        try
        {
            await client.ConnectAsync("127.0.0.1", Port, SecureSocketOptions.None, TestContext.Current.CancellationToken);
            await client.AuthenticateAsync("support", Password, TestContext.Current.CancellationToken);
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    private void Configure()
    {
        var (user, group) = Environment.IsPrivilegedProcess ? (Nobody, "nogroup") : (Environment.UserName, Said("id", "-gn"));
        var (uid, gid) = (Said("id", "-u", user), Said("id", "-g", user));
        foreach (var folder in new[] { "run", "mail" }) Directory.CreateDirectory(scratch.At(folder));
        File.WriteAllText(scratch.At("dovecot.conf"), string.Create(CultureInfo.InvariantCulture, $$"""
            protocols = imap
            listen = 127.0.0.1
            base_dir = {{scratch.At("run")}}
            state_dir = {{scratch.At("run")}}
            log_path = {{scratch.At("log")}}
            ssl = no
            disable_plaintext_auth = no
            default_internal_user = {{user}}
            default_internal_group = {{group}}
            default_login_user = {{user}}
            first_valid_uid = 0
            mail_location = maildir:{{scratch.At("mail")}}
            passdb {
              driver = static
              args = password={{Password}}
            }
            userdb {
              driver = static
              args = uid={{uid}} gid={{gid}} home={{scratch.At("mail")}}
            }
            service imap-login {
              chroot =
              inet_listener imap {
                port = {{Port}}
              }
              inet_listener imaps {
                port = 0
              }
            }
            service anvil {
              chroot =
            }
            service stats {
              chroot =
            }

            """));
        if (Environment.IsPrivilegedProcess) Said("chown", "-R", $"{user}:{group}", scratch.Folder);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Said(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardOutput = true })!;
        var said = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return said;
    }
}
