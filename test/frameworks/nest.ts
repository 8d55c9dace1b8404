import "reflect-metadata";
import { Readable } from "node:stream";
import {
  Body,
  Controller,
  Delete,
  Get,
  Header,
  HttpCode,
  ImATeapotException,
  Injectable,
  Module,
  Param,
  Post,
  Put,
  Query,
  Redirect,
  Req,
  Res,
  StreamableFile,
  UnauthorizedException,
  UploadedFile,
  UseInterceptors,
} from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { FileInterceptor, type NestExpressApplication } from "@nestjs/platform-express";
import compression from "compression";
import session from "cookie-session";
import type { Request, Response } from "express";
import { hashStorage } from "./hash_storage.ts";
import { identityOf } from "./identity.ts";
import { endless, failing, gated, hashOf, heard, lines, openGate } from "./streams.ts";

@Injectable()
class Streams {
  textOf(parts: Iterable<string> | AsyncIterable<string>): StreamableFile {
    return new StreamableFile(Readable.from(parts), { type: "text/plain" });
  }
}

@Controller("users")
class UsersController {
  @Get(":id") one(@Param("id") id: string) {
    return { id };
  }
  @Get(":id/posts/:post") post(@Param() params: object) {
    return params;
  }
  @Put(":id") replace(@Param("id") id: string, @Body() body: object) {
    return { id, ...body };
  }
  @Delete(":id") @HttpCode(204) remove() {}
}

@Controller()
class BodiesController {
  @Post("json") @HttpCode(200) json(@Body() body: object) {
    return body;
  }
  @Post("form") @HttpCode(200) form(@Body() body: object) {
    return body;
  }
  @Post(["upload", "streamed/upload"])
  @HttpCode(200)
  @UseInterceptors(FileInterceptor("file", { storage: hashStorage }))
  upload(@UploadedFile() file: Express.Multer.File & { sha256: string }, @Body("field") field: string) {
    return { field, name: file.originalname, size: file.size, sha256: file.sha256 };
  }
  @Post("streamed/body") @HttpCode(200) body(@Req() request: Request) {
    return hashOf(request);
  }
}

@Controller()
class StreamsController {
  constructor(private readonly streams: Streams) {}

  @Get("compressed") @Header("Content-Type", "text/plain") compressed() {
    return "text ".repeat(2000);
  }
  @Get("compressed/streamed") compressedStream() {
    return this.streams.textOf(lines());
  }
  @Get("streamed/gated") gated() {
    return this.streams.textOf(gated());
  }
  @Get("streamed/endless") endless() {
    return this.streams.textOf(endless());
  }
  @Get("streamed/failing") failing() {
    return this.streams.textOf(failing());
  }
  @Post("gate") @HttpCode(204) gate() {
    openGate();
  }
  @Get("heard") heard() {
    return heard;
  }
}

@Controller()
class AppController {
  @Get() @Header("Content-Type", "text/plain") home() {
    return "home\n";
  }
  @Get("wild/*rest") wild(@Param("rest") rest: string[]) {
    return { rest: rest.join("/") };
  }
  @Get("query") query(@Req() { originalUrl }: Request, @Query() query: object) {
    return { url: originalUrl, query };
  }
  @Get("client") client(@Req() { ip, ips, protocol, secure, hostname, headers }: Request) {
    return { ip, protocol, hostname, forwardedFor: headers["x-forwarded-for"], ips, secure };
  }
  @Get("header") header(@Req() request: Request) {
    return { size: request.get("X-Big")?.length };
  }
  @Get("big-header") @Header("X-Big", "b".repeat(8192)) bigHeader() {
    return "big";
  }
  @Get("private") private(@Req() request: Request, @Res({ passthrough: true }) response: Response) {
    const identity = identityOf(request.get("Authorization"));
    if (identity) return identity;
    response.set("WWW-Authenticate", 'Basic realm="test"');
    throw new UnauthorizedException("who?");
  }
  @Get("download") download(@Res() response: Response) {
    response.download("public/digits.txt", "d\u012bgits.txt");
  }
  @Get("cookies") cookies(@Res({ passthrough: true }) response: Response) {
    response.cookie("a", "1", { httpOnly: true }).cookie("b", "\u00fc").clearCookie("c");
    return "set";
  }
  @Get("session") session(@Req() request: Request) {
    const { session: kept } = request as unknown as { session: { count?: number } };
    kept.count = (kept.count ?? 0) + 1;
    return { count: kept.count };
  }
  @Get("redirect") @Redirect("/elsewhere") redirect() {}
  @Get("redirect/absolute") @Redirect("https://elsewhere.test/a?b=%C3%A9", 301) redirectAbsolutely() {}
  @Get("throws") throws() {
    throw new Error("thrown on purpose");
  }
  @Get("rejects") async rejects() {
    throw new Error("rejected on purpose");
  }
  @Get("teapot") @Header("Retry-After", "60") teapot() {
    throw new ImATeapotException("short and stout");
  }
}

@Module({ controllers: [UsersController, BodiesController, StreamsController, AppController], providers: [Streams] })
class AppModule {}

const app = await NestFactory.create<NestExpressApplication>(AppModule, { logger: ["error"] });
app.set("trust proxy", 1);
app.set("query parser", "extended");
app.enableCors({ origin: "https://a.test", credentials: true });
app.use(compression());
app.use("/session", session({ name: "s", keys: ["a key"] }));
app.useStaticAssets("public", { prefix: "/files" });
await app.listen(process.env.PORT ?? 3000);
