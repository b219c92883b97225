using System.Text;

namespace RxCan.Uds;

/// <summary>Downloads, uploads and files.</summary>
internal sealed partial class ServerMachine
{
    private Transfer? _transfer;

    /// <summary>maxNumberOfBlockLength.</summary>
    private int MaxBlock => Math.Min(options.MaxBlockLength, maxLength);

    private UdsReply RequestTransfer(UdsRequest request)
    {
        var message = request.Message.Span;
        if (message.Length < 5)
            return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
        if (message[1] != 0)
            return UdsNegativeResponseCode.RequestOutOfRange; // neither compressed nor encrypted
        var refusal = ReadRange(message, 2, exact: true, out var range);
        if (refusal != 0)
            return refusal;
        var isUpload = request.Service == UdsService.RequestUpload;
        if (LockedMemory(range, isWrite: !isUpload, out var bytes) is var locked and not 0)
            return locked;
        if (_transfer is not null)
            return UdsNegativeResponseCode.ConditionsNotCorrect;
        if (Condition(range, isWrite: !isUpload, request) is var condition and not 0)
            return condition;
        Begin(new(isUpload, bytes.Length) { Bytes = bytes });
        return UdsReply.Of(new RequestTransferResponse(request.Service, (ulong)MaxBlock));
    }

    private void Begin(Transfer transfer)
    {
        _transfer = transfer;
        ReportTransfer(isOver: false);
    }

    private UdsReply TransferData(ReadOnlySpan<byte> message)
    {
        const int header = TransferDataRequest.Overhead;
        if (message.Length < header)
            return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
        if (_transfer is not { } transfer)
            return UdsNegativeResponseCode.RequestSequenceError;
        var counter = message[1];
        var data = message[header..];
        if (transfer.IsUpload ? !data.IsEmpty : data.IsEmpty || message.Length > MaxBlock)
            return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
        if (transfer.LastResponse is { } last && counter == (byte)(transfer.Counter - 1))
            return UdsReply.Message(last); // the tester did not get the response, and repeats the block (15.5.2.2)
        if (transfer.Done == transfer.Total)
            return UdsNegativeResponseCode.RequestSequenceError;
        if (counter != transfer.Counter)
            return UdsNegativeResponseCode.WrongBlockSequenceCounter;
        if (data.Length > transfer.Total - transfer.Done)
            return UdsNegativeResponseCode.TransferDataSuspended;
        transfer.Counter++;
        transfer.LastResponse = transfer.IsUpload
            ? [UdsProtocol.Positive(UdsService.TransferData), counter, .. transfer.Take(MaxBlock - header)]
            : transfer.Put(data, counter);
        ReportTransfer(isOver: false);
        return UdsReply.Message(transfer.LastResponse);
    }

    private UdsReply TransferExit(ReadOnlySpan<byte> message)
    {
        if (message.Length > 1 && ecu.HandlerOf(UdsService.RequestTransferExit) is null)
            return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat; // parameters are for a handler to check
        if (_transfer is not { } transfer || transfer.Done < transfer.Total)
            return UdsNegativeResponseCode.RequestSequenceError;
        EndTransfer();
        return UdsReply.Of(new TransferExitResponse([]));
    }

    private void EndTransfer()
    {
        if (_transfer is not { } transfer)
            return;
        if (transfer is { Path: { } path, File: { } file } && ecu.Files is { } files)
            files[path] = file.ToArray();
        ReportTransfer(isOver: true);
        _transfer = null;
    }

    private void ReportTransfer(bool isOver)
    {
        if (sink.IsWatched && _transfer is { } transfer)
            sink.Report(new UdsTransferChanged(transfer.IsUpload, transfer.Done, transfer.Total, isOver));
    }

    private UdsReply RequestFileTransfer(ReadOnlySpan<byte> message)
    {
        if (message.Length < 2 || ecu.Files is not { } files)
            return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
        if (message[1] is 0 or > (byte)UdsFileOperation.Resume)
            return UdsNegativeResponseCode.RequestOutOfRange;
        if (!UdsProtocol.TryRead(message, out FileTransferRequest request))
            return UdsNegativeResponseCode.IncorrectMessageLengthOrInvalidFormat;
        var path = request.Path;
        var isThere = files.TryGetValue(path, out var content);
        var isRefused = request.DataFormat != 0 || request.Operation switch
        {
            UdsFileOperation.Add => isThere,
            UdsFileOperation.Delete or UdsFileOperation.Read => !isThere,
            UdsFileOperation.Resume => !isThere || (ulong)content!.Length > request.Size,
            UdsFileOperation.ReadDirectory => !files.Keys.Any(name => name.StartsWith(path, StringComparison.Ordinal)),
            _ => false,
        };
        if (isRefused)
            return UdsNegativeResponseCode.RequestOutOfRange;
        if (_transfer is not null)
            return UdsNegativeResponseCode.ConditionsNotCorrect;
        if (request.Size > (ulong)options.MaxFileLength)
            return UdsNegativeResponseCode.UploadDownloadNotAccepted;
        var response = new UdsFileResponse(request.Operation) { MaxBlockLength = (ulong)MaxBlock };
        switch (request.Operation)
        {
            case UdsFileOperation.Delete:
                files.TryRemove(path, out _);
                break;
            case UdsFileOperation.Read:
                Begin(new(isUpload: true, content!.Length) { Bytes = content });
                response = response with { Size = (ulong)content.Length, CompressedSize = (ulong)content.Length };
                break;
            case UdsFileOperation.ReadDirectory:
                var names = files.Keys.Where(name => name.StartsWith(path, StringComparison.Ordinal)).Order(StringComparer.Ordinal);
                content = Encoding.ASCII.GetBytes(string.Join('\n', names));
                Begin(new(isUpload: true, content.Length) { Bytes = content });
                response = response with { Size = (ulong)content.Length };
                break;
            default:
                var file = new MemoryStream();
                if (request.Operation == UdsFileOperation.Resume)
                    file.Write(content);
                response = response with { Position = (ulong)file.Length };
                Begin(new(isUpload: false, (long)request.Size) { Path = path, File = file, Done = file.Length });
                break;
        }

        return UdsReply.Of(response);
    }

    /// <summary>A transfer under way.</summary>
    private sealed class Transfer(bool isUpload, long total)
    {
        public bool IsUpload { get; } = isUpload;

        public long Total { get; } = total;

        public long Done { get; set; }

        public byte Counter { get; set; } = 1; // of the next block

        public byte[]? LastResponse { get; set; }

        public Memory<byte> Bytes { get; init; }

        /// <summary>What is written into a file. It grows with what comes, not with what is announced.</summary>
        public MemoryStream? File { get; init; }

        public string? Path { get; init; }

        public byte[] Put(ReadOnlySpan<byte> data, byte counter)
        {
            if (File is not null)
                File.Write(data);
            else
                data.CopyTo(Bytes.Span[(int)Done..]);
            Done += data.Length;
            return [UdsProtocol.Positive(UdsService.TransferData), counter];
        }

        public ReadOnlySpan<byte> Take(int length)
        {
            var block = Bytes.Span.Slice((int)Done, (int)Math.Min(length, Total - Done));
            Done += block.Length;
            return block;
        }
    }
}
