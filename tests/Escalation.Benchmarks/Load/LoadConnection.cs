using System.Net;
using System.Net.Sockets;

namespace Escalation.Benchmarks.Load;

/// <summary>One kept HTTP/1.1 connection over a plain socket, one request at a time: the generator shares the machine with what it measures.</summary>
internal sealed class LoadConnection : IDisposable
{
    private static readonly byte[] EndOfHead = "\r\n\r\n"u8.ToArray();
    private static readonly byte[] LastChunk = "\r\n0\r\n\r\n"u8.ToArray();
    private readonly Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private byte[] buffer = new byte[16 * 1024];

    private LoadConnection()
    {
    }

    public static async Task<LoadConnection> OpenAsync(int port)
    {
        var connection = new LoadConnection();
        await connection.socket.ConnectAsync(IPAddress.Loopback, port);
        return connection;
    }

    /// <summary>Sends a request and reads the whole answer.</summary>
    /// <returns>Its status.</returns>
    /// <exception cref="SocketException">The server went away.</exception>
    public async ValueTask<int> SendAsync(byte[] request)
    {
        for (var sent = 0; sent < request.Length;) sent += await socket.SendAsync(request.AsMemory(sent), SocketFlags.None);
        for (var read = 0; ;)
        {
            if (read == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
            var more = await socket.ReceiveAsync(buffer.AsMemory(read), SocketFlags.None);
            if (more == 0) throw new SocketException((int)SocketError.ConnectionReset);
            read += more;
            if (IsWhole(buffer.AsSpan(0, read))) return ((buffer[9] - '0') * 100) + ((buffer[10] - '0') * 10) + buffer[11] - '0';
        }
    }

    public void Dispose() => socket.Dispose();

    private static bool IsWhole(ReadOnlySpan<byte> answer)
    {
        var end = answer.IndexOf(EndOfHead);
        if (end < 0) return false;
        var length = answer[..end].IndexOf("Content-Length: "u8);
        if (length < 0) return answer.EndsWith(LastChunk);
        var value = 0;
        foreach (var digit in answer[(length + 16)..end])
        {
            if (digit is < (byte)'0' or > (byte)'9') break;
            value = (value * 10) + digit - '0';
        }
        return answer.Length == end + EndOfHead.Length + value;
    }
}
